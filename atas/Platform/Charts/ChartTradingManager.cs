using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;

namespace Tapewire.Platform;

/// <summary>The account as the chart has it: works whether or not a strategy is started.</summary>
internal sealed class ChartTradingManager(ChartWindow window, Connector connector) : ITradingManager
{
    public event Action<Security>? SecuritySelected { add { } remove { } }

    public event Action<Portfolio>? PortfolioSelected { add { } remove { } }

    public Security? Security => connector.SecurityOf(window.Symbol);

    public Portfolio? Portfolio => connector.Portfolio;

    public Position? Position => connector.PositionOf(window.Symbol);

    public IEnumerable<MyTrade> MyTrades => connector.TradesOf(connector.SecurityOf(window.Symbol));

    public IEnumerable<Order> Orders => connector.OrdersOf(connector.SecurityOf(window.Symbol));

    public Task OpenOrderAsync(Order order, bool setDefaultQuantity, bool askConfirmation = true, bool checkOrderStates = true) =>
        askConfirmation ? Asked($"confirm {order.Direction} {order.QuantityToFill}") : connector.Open(order);

    public Task ModifyOrderAsync(Order order, Order newOrder, bool askConfirmation = true, bool checkOrderStates = true) =>
        askConfirmation ? Asked($"confirm change of {order.Id}") : connector.Modify(order, newOrder);

    public Task CancelOrderAsync(Order order, bool askConfirmation = true, bool checkOrderStates = true) =>
        askConfirmation ? Asked($"confirm cancel of {order.Id}") : connector.Cancel(order);

    public Task ClosePositionAsync(Position position, bool askConfirmation = true, bool checkOrderStates = true)
    {
        if (askConfirmation) return Asked("confirm closing the position");
        if (position.Volume == 0) return Task.CompletedTask;
        return connector.Open(new Order
        {
            Security = position.Security,
            Portfolio = position.Portfolio,
            Type = OrderTypes.Market,
            Direction = position.Volume > 0 ? OrderDirections.Sell : OrderDirections.Buy,
            QuantityToFill = Math.Abs(position.Volume),
        });
    }

    public ISecurityTradingOptions? GetSecurityTradingOptions() => new Options(connector.Settings.OffersReduceOnly);

    /// <summary>Nobody sits here to answer the question, so nothing is sent, and the task never ends.</summary>
    private Task Asked(string question)
    {
        window.Recorder.Said("dialog", question);
        return new TaskCompletionSource().Task;
    }

    private sealed class Options(bool offersReduceOnly) : ISecurityTradingOptions
    {
        public TimeInForce TimeInForce => TimeInForce.GoodTillCancel | TimeInForce.ImmediateOrCancel;

        public TriggerPriceType TriggerPriceTypes => TriggerPriceType.Last | TriggerPriceType.Mark;

        public OrderExtendedOptions? CreateMarketOrderFlagsObject() => Create();

        public OrderExtendedOptions? CreateLimitOrderFlagsObject() => Create();

        public OrderExtendedOptions? CreateConditionalMarketOrderFlagsObject() => Create();

        public OrderExtendedOptions? CreateConditionalLimitOrderFlagsObject() => Create();

        private OrderExtendedOptionsFlags? Create() => offersReduceOnly ? new OrderExtendedOptionsFlags() : null;
    }
}
