using System.Collections.Generic;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public enum OrderKind
{
    Market,
    Limit,

    /// <summary>Becomes a market order once the trigger price trades.</summary>
    Stop,
}

/// <summary>What is to be sent. Prices lie on ticks and quantities on steps already: the platform rounds nothing.</summary>
public sealed record OrderRequest
{
    /// <summary>Our id of the order, in ATAS <c>Order.Comment</c>: the only key that survives everything.</summary>
    public required string Comment { get; init; }

    public required Leg Leg { get; init; }
    public required Side Side { get; init; }
    public required OrderKind Kind { get; init; }

    /// <summary>Base units (contracts where the instrument counts in contracts), a multiple of the lot step.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Of a Limit order.</summary>
    public decimal? Price { get; init; }

    /// <summary>Of a Stop order.</summary>
    public decimal? TriggerPrice { get; init; }

    /// <summary>Set on exits wherever the connector has it; nothing here relies on it.</summary>
    public bool ReduceOnly { get; init; }

    /// <summary>Cancel when the position is closed or reversed. Nothing here relies on it.</summary>
    public bool AutoCancel { get; init; }

    /// <summary>Stop and target share one when there is a single target. Nothing here relies on it.</summary>
    public string? OcoGroup { get; init; }
}

/// <summary>New terms for a working order. What is null stays as it is.</summary>
public sealed record OrderModification
{
    public required string Comment { get; init; }

    /// <summary>The whole quantity, what was filled already included, as ATAS <c>QuantityToFill</c> has it.</summary>
    public required decimal Quantity { get; init; }

    public decimal? Price { get; init; }
    public decimal? TriggerPrice { get; init; }
}

public enum BrokerOrderState
{
    /// <summary>Sent, and not acknowledged yet: no id.</summary>
    Pending,
    Working,
    Filled,

    /// <summary>Over, with something left unfilled.</summary>
    Cancelled,
    Rejected,
}

/// <summary>What the platform says of one order, at a moment. May be late, repeated and older than what is known.</summary>
public sealed record BrokerOrder
{
    /// <summary>Null or foreign: a manual order, or a connector that loses comments.</summary>
    public string? Comment { get; init; }

    /// <summary>The venue's; null until it was acknowledged.</summary>
    public string? OrderId { get; init; }

    public required BrokerOrderState State { get; init; }

    /// <summary>Whole quantity, filled included; null where it is not said.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Filled so far.</summary>
    public decimal Filled { get; init; }

    /// <summary>The trigger of a stop, the limit of a limit order; null where it is not said.</summary>
    public decimal? Price { get; init; }

    /// <summary>For a person, of a rejection.</summary>
    public string? Reason { get; init; }
}

/// <summary>One execution. ATAS <c>MyTrade</c>.</summary>
public sealed record BrokerFill
{
    /// <summary>The venue's id of the execution: what makes a repetition harmless. Null: its content stands for it.</summary>
    public string? FillId { get; init; }

    public string? Comment { get; init; }
    public string? OrderId { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal Price { get; init; }
    public decimal? Fee { get; init; }
    public string? FeeAsset { get; init; }

    /// <summary>UTC milliseconds, by the venue's clock.</summary>
    public long? VenueTimeMs { get; init; }
}

/// <summary>What the platform lists of an instrument and account, read at one moment.</summary>
public sealed record OrdersListing
{
    public required IReadOnlyList<BrokerOrder> Orders { get; init; }

    /// <summary>Signed: long above 0. Base units, manual trades included. Null: not known.</summary>
    public decimal? Position { get; init; }

    /// <summary>
    /// A promise: an order that is not listed was never sent and can no longer come to exist. False when finished orders
    /// are not listed, when comments may be lost, right after a call whose outcome is not known, and when in doubt.
    /// </summary>
    public bool Complete { get; init; }
}
