using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Tapewire.Platform;

public enum Side { Buy, Sell }

public enum ExchangeOrderType { Limit, Market, Stop, StopLimit }

public enum ExchangeOrderState { Working, Filled, Cancelled, Rejected }

/// <summary>An order as the exchange holds it. Quantities in base units, <c>Sequence</c> grows with every change.</summary>
public sealed record OrderView
{
    public required string OrderId { get; init; }
    public required string Account { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required ExchangeOrderType Type { get; init; }
    public decimal Price { get; init; }
    public decimal TriggerPrice { get; init; }
    public required decimal Quantity { get; init; }
    public decimal Filled { get; init; }
    public bool ReduceOnly { get; init; }

    /// <summary>Only of a group that the exchange links itself.</summary>
    public string? OcoGroup { get; init; }
    public string? Comment { get; init; }
    public required ExchangeOrderState State { get; init; }

    /// <summary>Why it was rejected or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was accepted here.</summary>
    public DateTime Time { get; init; }

    /// <summary>When the client says it sent it.</summary>
    public DateTime SentTime { get; init; }
    [JsonIgnore]
    public decimal Unfilled => Quantity - Filled;
}

public sealed record FillView
{
    public required string TradeId { get; init; }
    public required string OrderId { get; init; }
    public required string Account { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required decimal Price { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal Fee { get; init; }
    public required string FeeAsset { get; init; }
    public string? Comment { get; init; }
    public required DateTime Time { get; init; }
}

/// <summary>Net: above 0 long, below 0 short.</summary>
public sealed record PositionView(string Account, string Symbol, decimal Quantity, decimal AveragePrice, decimal RealizedPnl);

/// <summary>What a client asks of the exchange. <c>RequestId</c> comes back with the answer.</summary>
[JsonDerivedType(typeof(Login), "login")]
[JsonDerivedType(typeof(Place), "place")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Modify), "modify")]
public abstract record ExchangeCommand
{
    public long RequestId { get; init; }
}

public sealed record Login(string Account) : ExchangeCommand;

public sealed record Place : ExchangeCommand
{
    public required string Account { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required ExchangeOrderType Type { get; init; }
    public decimal Price { get; init; }
    public decimal TriggerPrice { get; init; }
    public required decimal Quantity { get; init; }
    public bool ImmediateOrCancel { get; init; }
    public bool ReduceOnly { get; init; }
    public string? OcoGroup { get; init; }
    public string? Comment { get; init; }
    public DateTime SentTime { get; init; }
}

public sealed record Cancel(string OrderId) : ExchangeCommand;

public sealed record Modify(string OrderId, decimal Price, decimal TriggerPrice, decimal Quantity) : ExchangeCommand;

/// <summary>What the exchange tells the clients of an account, in the order in which it happened.</summary>
[JsonDerivedType(typeof(AccountSnapshot), "snapshot")]
[JsonDerivedType(typeof(OrderChanged), "order")]
[JsonDerivedType(typeof(OrderRefused), "refused")]
[JsonDerivedType(typeof(Filled), "fill")]
[JsonDerivedType(typeof(PositionChanged), "position")]
[JsonDerivedType(typeof(BalanceChanged), "balance")]
public abstract record ExchangeEvent;

/// <summary>The answer to a login: what works now and what is held. There is no history to ask for.</summary>
public sealed record AccountSnapshot(IReadOnlyList<OrderView> Orders, IReadOnlyList<PositionView> Positions, decimal Balance)
    : ExchangeEvent;

/// <summary>Accepted, filled, modified, cancelled or rejected. <c>RequestId</c> is 0 when nobody had asked.</summary>
public sealed record OrderChanged(OrderView Order, long RequestId) : ExchangeEvent;

/// <summary>A cancel or modify that was not done; the order stays as it is.</summary>
public sealed record OrderRefused(string OrderId, long RequestId, string Message) : ExchangeEvent;

public sealed record Filled(FillView Fill) : ExchangeEvent;

public sealed record PositionChanged(PositionView Position) : ExchangeEvent;

public sealed record BalanceChanged(decimal Balance) : ExchangeEvent;
