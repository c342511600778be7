using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;

namespace Tapewire.Platform;

/// <summary>
/// The platform's side of the connection to an account. Orders, trades and money are told on two threads of their own, so a trade
/// may be heard before or after the change of its order.
/// </summary>
public sealed class Connector : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PlatformTime _time;
    private readonly IExchangeLink _link;
    private readonly Chance _chance;
    private readonly AccountState _account;
    private readonly Dictionary<string, Instrument> _instruments;
    private readonly List<IConnectorListener> _listeners = [];
    private readonly Dictionary<long, Request> _requests = [];
    private readonly Lane _orderLane;
    private readonly Lane _tradeLane;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _requestNumber;
    private long _extId;
    private bool _disposed;

    internal Connector(
        PlatformTime time,
        IExchangeLink link,
        string account,
        IReadOnlyList<Instrument> instruments,
        ConnectorSettings settings,
        ulong seed,
        (Lane Orders, Lane Trades) lanes)
    {
        _time = time;
        _link = link;
        _chance = new Chance(seed);
        _instruments = instruments.ToDictionary(instrument => instrument.SecurityId);
        _account = new AccountState(account, instruments, settings.IsRealAccount);
        (_orderLane, _tradeLane) = lanes;
        Settings = settings;
        // What an earlier life of the platform numbered must not come again.
        _extId = time.Now.Ticks;
        link.Received += Receive;
        Send(new Login(account), null);
    }

    /// <summary>May be changed at any time.</summary>
    public ConnectorSettings Settings { get; set; }

    /// <summary>When what rests and is held is known.</summary>
    public Task Ready => _ready.Task;

    public Portfolio Portfolio => _account.Portfolio;

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _link.Received -= Receive;
        _link.Dispose();
    }

    internal Security SecurityOf(string symbol) => _account.SecurityOf(symbol);

    internal Position PositionOf(string symbol)
    {
        lock (_gate) return _account.PositionOf(symbol);
    }

    internal IReadOnlyList<Order> OrdersOf(Security security)
    {
        lock (_gate) return _account.OrdersOf(security);
    }

    internal IReadOnlyList<MyTrade> TradesOf(Security security)
    {
        lock (_gate) return _account.TradesOf(security);
    }

    internal void Add(IConnectorListener listener)
    {
        lock (_gate) _listeners.Add(listener);
    }

    internal void Remove(IConnectorListener listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    internal Task Open(Order order)
    {
        lock (_gate)
        {
            Refuse(order);
            (order.ExtId, order.State, order.Unfilled) = (++_extId, OrderStates.None, order.QuantityToFill);
            (order.AccountID, order.SecurityId, order.Time) = (Portfolio.AccountID, order.Security.SecurityId, _time.Now);
            var own = Settings.CopiesInEvents ? order.Clone() : order;
            _account.Add(own);
            if (Settings.AnnouncesBeforeAcknowledgement) TellOrders(own.Security, (listener, told) => listener.NewOrder(told), own);
            return Send(Asked(own), own);
        }
    }

    internal Task Modify(Order order, Order newOrder)
    {
        lock (_gate)
        {
            if (_account.Own(order) is not { Id: { } id, State: OrderStates.Active } own)
            {
                TellOrders(order.Security, (listener, told) => listener.ModifyFailed(told, newOrder, "the order is not active"), order);
                return Task.CompletedTask;
            }
            RefuseTerms(newOrder);
            return Send(new Modify(id, newOrder.Price, newOrder.TriggerPrice, newOrder.QuantityToFill), own, newOrder);
        }
    }

    internal Task Cancel(Order order)
    {
        lock (_gate)
        {
            if (_account.Own(order) is { Id: { } id, State: OrderStates.Active } own) return Send(new Cancel(id), own);
            TellOrders(order.Security, (listener, told) => listener.CancelFailed(told, "the order is not active"), order);
            return Task.CompletedTask;
        }
    }

    private static Place Asked(Order order) => new()
    {
        Account = order.Portfolio.AccountID,
        Symbol = order.Security.Code,
        Side = (Side)(int)order.Direction,
        Type = (ExchangeOrderType)(int)order.Type,
        Price = order.Type is OrderTypes.Limit or OrderTypes.StopLimit ? order.Price : 0,
        TriggerPrice = order.Type is OrderTypes.Stop or OrderTypes.StopLimit ? order.TriggerPrice : 0,
        Quantity = order.QuantityToFill,
        ImmediateOrCancel = (order.TimeInForce & ~TimeInForce.ImmediateOrCancel) == 0 && order.TimeInForce != TimeInForce.None,
        ReduceOnly = order.ExtendedOptions is IOrderOptionReduceOnly { ReduceOnly: true },
        OcoGroup = order.OCOGroup,
        Comment = order.Comment,
        SentTime = order.Time,
    };

    /// <summary>What the platform does not even send.</summary>
    private void Refuse(Order order)
    {
        if (_disposed) throw new InvalidOperationException("There is no connection.");
        if (!Ready.IsCompleted) throw new InvalidOperationException("The account is not known yet.");
        if (order.Security is null || order.Portfolio is null) throw new InvalidOperationException("The order needs a security and a portfolio.");
        if (order.Portfolio.AccountID != Portfolio.AccountID) throw new InvalidOperationException("The order is of another account.");
        if (order.Type is < OrderTypes.Limit or > OrderTypes.StopLimit) throw new InvalidOperationException("The order has no type.");
        RefuseTerms(order);
        if (_chance.Happens(Settings.RefuseShare)) throw new InvalidOperationException("The trading module refused the order.");
    }

    private void RefuseTerms(Order order)
    {
        if (!_instruments.TryGetValue(order.Security.SecurityId, out var instrument))
        {
            throw new InvalidOperationException($"{order.Security.SecurityId} is not traded on this connection.");
        }
        if (instrument.ObjectionTo(order.QuantityToFill) is { } objection) throw new InvalidOperationException(objection);
    }

    private Task Send(ExchangeCommand command, Order? order, Order? newOrder = null)
    {
        var request = new Request(command, order, newOrder);
        var number = ++_requestNumber;
        _requests[number] = request;
        _link.Send(command with { RequestId = number });
        if (order is not null && _chance.Happens(Settings.TimeoutShare))
        {
            _time.After(
                TimeSpan.FromMilliseconds(Settings.TimeoutMs),
                () => request.Answer.TrySetException(new TimeoutException("The broker did not answer in time.")));
            return request.Answer.Task;
        }
        return Settings.CompletesOnAcknowledgement ? request.Answer.Task : Task.CompletedTask;
    }

    private void Receive(ExchangeEvent told)
    {
        lock (_gate)
        {
            if (_disposed) return;
            switch (told)
            {
                case AccountSnapshot snapshot:
                    Take(snapshot);
                    break;
                case OrderChanged changed:
                    Take(changed);
                    break;
                case OrderRefused refused:
                    Take(refused);
                    break;
                case Filled { Fill: var fill }:
                    Take(fill);
                    break;
                case PositionChanged { Position: var position }:
                    Take(position);
                    break;
                case BalanceChanged { Balance: var balance }:
                    TakeBalance(balance);
                    break;
            }
        }
    }

    private void Take(AccountSnapshot snapshot)
    {
        foreach (var view in snapshot.Orders)
        {
            var order = _account.FromExchange(view, ++_extId);
            AccountState.Update(order, view);
            _account.Add(order);
        }
        foreach (var position in snapshot.Positions) Set(position);
        TakeBalance(snapshot.Balance);
        _ready.TrySetResult();
    }

    private void Take(OrderChanged changed)
    {
        var (view, requestId) = changed;
        var isAnswer = _requests.Remove(requestId, out var request);
        // A cancel or change that came through is heard of as a change of its order.
        if (isAnswer && view.State != ExchangeOrderState.Rejected) request!.Answer.TrySetResult();
        var isPlaced = request is { Command: Place };
        var order = isPlaced ? request!.Order! : _account.ById(view.OrderId);
        var isNew = order is null;
        if (order is null)
        {
            order = _account.FromExchange(view, ++_extId);
            _account.Add(order);
        }
        if (isPlaced && view.State != ExchangeOrderState.Rejected)
        {
            _account.Acknowledge(order, view.OrderId);
            order.Latency = _time.Now - order.Time;
            isNew = !Settings.AnnouncesBeforeAcknowledgement;
        }
        AccountState.Update(order, view);
        if (view.State == ExchangeOrderState.Rejected)
        {
            var reason = view.Reason ?? "rejected";
            request?.Answer.TrySetException(new InvalidOperationException(reason));
            if (isPlaced) TellOrders(order.Security, (listener, told) => listener.RegisterFailed(told, reason), order);
            return;
        }
        if (isNew) TellOrders(order.Security, (listener, told) => listener.NewOrder(told), order);
        else TellOrders(order.Security, (listener, told) => listener.OrderChanged(told), order);
        if (view.State == ExchangeOrderState.Filled) CancelSiblings(order);
    }

    private void Take(OrderRefused refused)
    {
        if (!_requests.Remove(refused.RequestId, out var request) || request.Order is not { } order) return;
        request.Answer.TrySetResult();
        if (request.Command is Modify)
        {
            TellOrders(order.Security, (listener, told) => listener.ModifyFailed(told, request.NewOrder!, refused.Message), order);
        }
        else
        {
            TellOrders(order.Security, (listener, told) => listener.CancelFailed(told, refused.Message), order);
        }
    }

    private void Take(FillView fill)
    {
        var order = _account.ById(fill.OrderId)?.Clone();
        if (order is not null && !Settings.CommentInTrades) order.Comment = null;
        var trade = new MyTrade
        {
            Id = fill.TradeId,
            OrderId = fill.OrderId,
            OrderDirection = (OrderDirections)(int)fill.Side,
            Price = fill.Price,
            Volume = fill.Quantity,
            Time = fill.Time,
            Commission = fill.Fee,
            CommissionCurrency = fill.FeeAsset,
            Order = order,
            Security = _account.SecurityOf(fill.Symbol),
            Portfolio = Portfolio,
        };
        _account.Add(trade);
        TellTrades(fill.Symbol, "OnNewMyTrade", listener => listener.NewMyTrade(trade));
    }

    private void Take(PositionView view)
    {
        var before = _account.PositionOf(view.Symbol).Volume;
        var position = Set(view);
        TellTrades(view.Symbol, "OnPositionChanged", listener => listener.PositionChanged(position));
        var isOver = before != 0 && Math.Sign(view.Quantity) != Math.Sign(before);
        if (isOver && Settings.AutoCancel)
        {
            foreach (var order in Active(_account.SecurityOf(view.Symbol)).Where(order => order.AutoCancel)) CancelQuietly(order);
        }
    }

    private Position Set(PositionView view)
    {
        var position = _account.PositionOf(view.Symbol);
        position.Volume = position.OpenVolume = view.Quantity;
        position.AveragePrice = view.AveragePrice;
        position.RealizedPnL = view.RealizedPnl;
        return position;
    }

    private void TakeBalance(decimal balance)
    {
        Portfolio.Balance = balance;
        Portfolio.BalanceAvailable = balance;
        Portfolio.BalancePower = balance * Portfolio.Leverage;
        foreach (var listener in _listeners.ToArray()) _tradeLane.Post("OnPortfolioChanged", () => listener.PortfolioChanged(Portfolio));
    }

    private void CancelSiblings(Order filled)
    {
        if (!Settings.LocalOco || filled.OCOGroup is not { } group) return;
        _time.After(TimeSpan.FromMilliseconds(Settings.LocalOcoDelayMs), () =>
        {
            lock (_gate)
            {
                if (_disposed) return;
                foreach (var sibling in Active(filled.Security).Where(order => order.OCOGroup == group)) CancelQuietly(sibling);
            }
        });
    }

    private IEnumerable<Order> Active(Security security) =>
        _account.OrdersOf(security).Where(order => order is { State: OrderStates.Active, Id: not null });

    /// <summary>By the platform itself: when it does not work, nobody is told.</summary>
    private void CancelQuietly(Order order) => _link.Send(new Cancel(order.Id!));

    private void TellOrders(Security security, Action<IConnectorListener, Order> tell, Order order)
    {
        var told = Settings.CopiesInEvents ? order.Clone() : order;
        foreach (var listener in Of(security.Code)) _orderLane.Post("order event", () => tell(listener, told));
    }

    private void TellTrades(string symbol, string what, Action<IConnectorListener> tell)
    {
        foreach (var listener in Of(symbol)) _tradeLane.Post(what, () => tell(listener));
    }

    private IConnectorListener[] Of(string symbol) => [.. _listeners.Where(listener => listener.Symbol == symbol)];

    private sealed record Request(ExchangeCommand Command, Order? Order, Order? NewOrder)
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
