using ATAS.DataFeedsCore;

namespace Tapewire.Platform;

/// <summary>A chart hears everything of its instrument and account, whoever sent the order.</summary>
internal interface IConnectorListener
{
    string Symbol { get; }
    void NewOrder(Order order);
    void OrderChanged(Order order);
    void RegisterFailed(Order order, string message);
    void CancelFailed(Order order, string message);
    void ModifyFailed(Order order, Order newOrder, string message);
    void NewMyTrade(MyTrade trade);
    void PositionChanged(Position position);
    void PortfolioChanged(Portfolio portfolio);
}
