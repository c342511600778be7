using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;

namespace ATAS.Indicators;

/// <summary>The chart's way to the account: everything of the instrument and account, whoever sent it.</summary>
public interface ITradingManager
{
    Security? Security { get; }
    Portfolio? Portfolio { get; }
    Position? Position { get; }
    IEnumerable<MyTrade> MyTrades { get; }

    /// <summary>Resting orders too that were there before the platform started.</summary>
    IEnumerable<Order> Orders { get; }
    event Action<Security> SecuritySelected;
    event Action<Portfolio> PortfolioSelected;
    Task OpenOrderAsync(Order order, bool setDefaultQuantity, bool askConfirmation = true, bool checkOrderStates = true);
    Task ModifyOrderAsync(Order order, Order newOrder, bool askConfirmation = true, bool checkOrderStates = true);
    Task CancelOrderAsync(Order order, bool askConfirmation = true, bool checkOrderStates = true);
    Task ClosePositionAsync(Position position, bool askConfirmation = true, bool checkOrderStates = true);
    ISecurityTradingOptions? GetSecurityTradingOptions();
}
