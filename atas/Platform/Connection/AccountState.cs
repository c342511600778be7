using System;
using System.Collections.Generic;
using System.Linq;
using ATAS.DataFeedsCore;

namespace Tapewire.Platform;

/// <summary>What the platform knows of the account since it started: objects as ATAS shows them to a strategy.</summary>
internal sealed class AccountState
{
    private readonly Dictionary<string, Security> _securities;
    private readonly Dictionary<string, Position> _positions = [];
    private readonly List<Order> _orders = [];
    private readonly Dictionary<string, Order> _byId = [];
    private readonly Dictionary<long, Order> _byExtId = [];
    private readonly List<MyTrade> _trades = [];

    public AccountState(string account, IEnumerable<Instrument> instruments, bool isReal)
    {
        _securities = instruments.ToDictionary(instrument => instrument.Symbol, Securities.Of);
        Portfolio = new Portfolio { AccountID = account, Currency = "USDT", Leverage = 20, IsRealAccount = isReal };
    }

    public Portfolio Portfolio { get; }

    public Security SecurityOf(string symbol) => _securities[symbol];

    public Position PositionOf(string symbol)
    {
        if (_positions.TryGetValue(symbol, out var position)) return position;
        var security = SecurityOf(symbol);
        return _positions[symbol] = new Position
        {
            AccountID = Portfolio.AccountID,
            SecurityId = security.SecurityId,
            Portfolio = Portfolio,
            Security = security,
        };
    }

    public IReadOnlyList<Order> OrdersOf(Security security) => [.. _orders.Where(order => order.Security == security)];

    public IReadOnlyList<MyTrade> TradesOf(Security security) => [.. _trades.Where(trade => trade.Security == security)];

    public void Add(Order order)
    {
        _orders.Add(order);
        _byExtId[order.ExtId] = order;
        if (order.Id is { } id) _byId[id] = order;
    }

    public void Acknowledge(Order order, string id) => _byId[order.Id = id] = order;

    public void Add(MyTrade trade) => _trades.Add(trade);

    public Order? ById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The platform's own object for one that a strategy holds, which may be a copy.</summary>
    public Order? Own(Order order) =>
        order.Id is { } id && ById(id) is { } known ? known : _byExtId.GetValueOrDefault(order.ExtId);

    public Order FromExchange(OrderView view, long extId) => new()
    {
        Id = view.OrderId,
        ExtId = extId,
        AccountID = view.Account,
        SecurityId = SecurityOf(view.Symbol).SecurityId,
        Security = SecurityOf(view.Symbol),
        Portfolio = Portfolio,
        Type = (OrderTypes)(int)view.Type,
        Direction = (OrderDirections)(int)view.Side,
        Comment = view.Comment,
        OCOGroup = view.OcoGroup,
        TimeInForce = TimeInForce.GoodTillCancel,
        Time = view.Time,
        WasActive = true,
    };

    /// <summary>Takes over what the exchange says of an order.</summary>
    public static void Update(Order order, OrderView view)
    {
        order.Price = view.Price;
        order.TriggerPrice = view.TriggerPrice;
        order.QuantityToFill = view.Quantity;
        order.Unfilled = view.Unfilled;
        order.WasActive |= view.State != ExchangeOrderState.Rejected;
        order.State = view.State switch
        {
            ExchangeOrderState.Working => OrderStates.Active,
            ExchangeOrderState.Rejected => OrderStates.Failed,
            _ => OrderStates.Done,
        };
    }
}
