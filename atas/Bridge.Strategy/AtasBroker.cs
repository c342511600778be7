using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using Tapewire.Bridge.Pilot;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge;

/// <summary>What the strategy lends to its broker: members of ATAS that are protected there.</summary>
internal interface IAtasChart
{
    ITradingManager? Manager { get; }
    MarketDataArg? Bid { get; }
    MarketDataArg? Ask { get; }
    decimal OwnPosition { get; }

    /// <summary>Otherwise the strategy's own calls send nothing, without a word.</summary>
    bool IsStarted { get; }

    /// <summary><see cref="Stopwatch"/> ticks of the newest trade.</summary>
    long LastTradeAt { get; }

    Task Open(Order order);

    Task Modify(Order order, Order changed);

    Task Cancel(Order order);
}

/// <summary>
/// ATAS as the bridge's broker, and the one place that knows what is not published of it: what its states mean, where resting
/// orders are found after a restart, what becomes of a comment. Orders are known by their Comment, the only key that survives.
/// </summary>
internal sealed class AtasBroker : IBroker
{
    private const string Mark = "tw-";

    /// <summary>After that an order of which the platform says nothing is not called under way any more: it may never have been sent.</summary>
    private static readonly TimeSpan UnderWayMost = TimeSpan.FromSeconds(10);

    private readonly IAtasChart _chart;
    private readonly Func<long> _nowMs;
    private readonly ConcurrentDictionary<string, Order> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _sentAt = new(StringComparer.Ordinal);
    private (decimal Bid, decimal Ask, DateTime Time) _lastQuote;
    private long _quoteChangedAt;

    /// <param name="nowMs">The bridge's clock.</param>
    public AtasBroker(IAtasChart chart, Func<long> nowMs)
    {
        _chart = chart;
        _nowMs = nowMs;
    }

    public Quote? Quote
    {
        get
        {
            if (_chart.Bid is not { } bid || _chart.Ask is not { } ask) return null;
            var seen = (bid.Price, ask.Price, bid.Time > ask.Time ? bid.Time : ask.Time);
            if (seen != _lastQuote) (_lastQuote, _quoteChangedAt) = (seen, Stopwatch.GetTimestamp());
            // Market time is another machine's clock. How long nothing was heard is measured here.
            var heardAt = Math.Max(_quoteChangedAt, _chart.LastTradeAt);
            return new Quote(bid.Price, ask.Price, _nowMs() - (long)Stopwatch.GetElapsedTime(heardAt).TotalMilliseconds);
        }
    }

    public InstrumentTerms? Instrument => _chart.Manager?.Security is { } security
        ? new InstrumentTerms
        {
            Name = security.SecurityId,
            TickSize = security.TickSize,
            TickCost = security.TickCost,
            LotSize = security.LotSize,
            LotMinSize = security.LotMinSize,
            LotMaxSize = security.LotMaxSize,
            IsInverse = security.IsInverseFutures,
            ContractValue = security.IsInverseFutures ? security.VolumeMultiplier : 1,
        }
        : null;

    public AccountTerms? Account => _chart.Manager?.Portfolio is { } portfolio
        ? new AccountTerms
        {
            Id = portfolio.AccountID,
            Balance = portfolio.Balance,
            BalanceAvailable = portfolio.BalanceAvailable,
            IsRealAccount = portfolio.IsRealAccount,
            Currency = portfolio.Currency,
        }
        : null;

    public ConnectorTerms Connector => new() { HasReduceOnly = OptionsOf(OrderTypes.Stop) is IOrderOptionReduceOnly };

    public Task PlaceAsync(OrderRequest request, CancellationToken cancellation)
    {
        var manager = _chart.Manager ?? throw new InvalidOperationException("there is no account on the chart");
        var order = new Order
        {
            Security = manager.Security ?? throw new InvalidOperationException("there is no instrument on the chart"),
            Portfolio = manager.Portfolio ?? throw new InvalidOperationException("there is no account on the chart"),
            Type = request.Kind switch { OrderKind.Market => OrderTypes.Market, OrderKind.Limit => OrderTypes.Limit, _ => OrderTypes.Stop },
            Direction = request.Side == Side.Buy ? OrderDirections.Buy : OrderDirections.Sell,
            QuantityToFill = request.Quantity,
            Price = request.Price ?? 0,
            TriggerPrice = request.TriggerPrice ?? 0,
            Comment = request.Comment,
            OCOGroup = request.OcoGroup,
            AutoCancel = request.AutoCancel,
        };
        if (request.ReduceOnly && OptionsOf(order.Type) is { } options)
        {
            if (options is IOrderOptionReduceOnly reduceOnly) reduceOnly.ReduceOnly = true;
            order.ExtendedOptions = options;
        }
        return Send(order, manager);
    }

    private async Task Send(Order order, ITradingManager manager)
    {
        _known[order.Comment!] = order;
        _sentAt[order.Comment!] = Stopwatch.GetTimestamp();
        try
        {
            var sent = _chart.IsStarted ? _chart.Open(order) : manager.OpenOrderAsync(order, setDefaultQuantity: false, askConfirmation: false);
            await sent.ConfigureAwait(false);
        }
        catch
        {
            // It may have arrived all the same; then the platform lists it, and it is no longer for us to say that it is under way.
            if (order is { State: OrderStates.None, Id: null }) _known.TryRemove(order.Comment!, out _);
            throw;
        }
    }

    public Task ModifyAsync(OrderModification modification, CancellationToken cancellation)
    {
        var order = Find(modification.Comment);
        var changed = order.Clone();
        changed.QuantityToFill = modification.Quantity;
        changed.Price = modification.Price ?? order.Price;
        changed.TriggerPrice = modification.TriggerPrice ?? order.TriggerPrice;
        return _chart.IsStarted ? _chart.Modify(order, changed) : _chart.Manager!.ModifyOrderAsync(order, changed, askConfirmation: false);
    }

    public Task CancelAsync(string comment, CancellationToken cancellation)
    {
        var order = Find(comment);
        return _chart.IsStarted ? _chart.Cancel(order) : _chart.Manager!.CancelOrderAsync(order, askConfirmation: false);
    }

    /// <summary>
    /// Never complete: whether ATAS lists orders that are over, and for how long, is not published, and there is no history to ask.
    /// </summary>
    public OrdersListing ListOrders() => new()
    {
        Orders = [.. Listed().Where(IsThere).Select(Told)],
        Position = Position,
        Complete = false,
    };

    /// <summary>An order was heard of. Others' orders are no business of ours.</summary>
    public BracketEvent? Changed(Order order)
    {
        if (!IsOurs(order)) return null;
        _known[order.Comment!] = order;
        return new OrderChanged(Told(order));
    }

    public static BracketEvent? Failed(Order order, Func<string, BracketEvent> of) => IsOurs(order) ? of(order.Comment!) : null;

    /// <summary>A trade may have lost its comment, and is known by its order then.</summary>
    public static BracketEvent Filled(MyTrade trade) => new OrderFilled(new BrokerFill
    {
        FillId = trade.Id,
        Comment = trade.Order?.Comment,
        OrderId = trade.OrderId ?? trade.Order?.Id,
        Quantity = trade.Volume,
        Price = trade.Price,
        Fee = trade.Commission,
        FeeAsset = trade.CommissionCurrency,
        VenueTimeMs = new DateTimeOffset(DateTime.SpecifyKind(trade.Time, DateTimeKind.Utc)).ToUnixTimeMilliseconds(),
    });

    private static bool IsOurs(Order order) => order.Comment?.StartsWith(Mark, StringComparison.Ordinal) == true;

    private decimal? Position => _chart.Manager is { } manager ? manager.Position?.Volume ?? _chart.OwnPosition : null;

    /// <summary>What the account has, of earlier runs too, and what was sent in this one.</summary>
    private List<Order> Listed()
    {
        try
        {
            foreach (var order in _chart.Manager?.Orders ?? [])
            {
                if (IsOurs(order)) _known[order.Comment!] = order;
            }
        }
        catch (InvalidOperationException)
        {
            // The platform changed its list meanwhile. What is known already is told; the next look has the rest.
        }
        return [.. _known.Values];
    }

    private Order Find(string comment) =>
        Listed().Find(order => order.Comment == comment) ?? throw new InvalidOperationException($"ATAS lists no order {comment}");

    private bool IsThere(Order order) => order is not { State: OrderStates.None, Id: null }
        || (_sentAt.TryGetValue(order.Comment!, out var sentAt) && Stopwatch.GetElapsedTime(sentAt) < UnderWayMost);

    private OrderExtendedOptions? OptionsOf(OrderTypes type) => _chart.Manager?.GetSecurityTradingOptions()?.CreateExtendedOptions(type);

    private static BrokerOrder Told(Order order) => new()
    {
        Comment = order.Comment,
        OrderId = order.Id,
        State = order.State switch
        {
            OrderStates.Active => BrokerOrderState.Working,
            OrderStates.Done => order.Unfilled > 0 ? BrokerOrderState.Cancelled : BrokerOrderState.Filled,
            OrderStates.Failed => BrokerOrderState.Rejected,
            _ => BrokerOrderState.Pending,
        },
        Quantity = order.QuantityToFill,
        // Before it was acknowledged, and where it was refused, nothing says that Unfilled has been set.
        Filled = order.State is OrderStates.Active or OrderStates.Done ? Math.Max(0, order.QuantityToFill - order.Unfilled) : 0,
        Price = order.Type == OrderTypes.Stop ? order.TriggerPrice : order.Type == OrderTypes.Limit ? order.Price : null,
    };
}
