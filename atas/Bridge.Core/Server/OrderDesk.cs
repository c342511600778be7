using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>The order of a signal, as it is to be sent.</summary>
public sealed record SignalOrder
{
    /// <summary>Must reach the venue with the order: after a crash it is the only way to find it. At most 28 characters.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>Symbol, side, stop and targets; of a CLOSE the signal whose position is to go.</summary>
    public required Signal Signal { get; init; }

    public required decimal Qty { get; init; }

    /// <summary>Null: at the market.</summary>
    public decimal? LimitPrice { get; init; }

    /// <summary>True for a CLOSE: it may make a position smaller, never open one.</summary>
    public bool IsReduceOnly => Signal.Intent == Intent.Close;
}

/// <summary>What the venue says of an order, as far as it says it. Repeating it does no harm.</summary>
public sealed record OrderFact
{
    /// <summary>The order's, or that of a protective leg: with a suffix <c>-S</c>, <c>-1</c>, <c>-2</c>, <c>-3</c>.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>All but NACK and NOT_SENT, which are not the venue's to say.</summary>
    public required ReportType Status { get; init; }

    /// <summary>ENTRY, or CLOSE for the order of a CLOSE instruction, unless it says otherwise.</summary>
    public Leg? Leg { get; init; }

    public string? OrderId { get; init; }
    public decimal? Qty { get; init; }
    public decimal? CumQty { get; init; }
    public decimal? LeavesQty { get; init; }
    public decimal? Price { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Fee { get; init; }
    public string? FeeAsset { get; init; }
    public DateTimeOffset? VenueTime { get; init; }
    public string? Reason { get; init; }
}

/// <param name="IsComplete">
/// A promise: an order that is not listed does not exist and can no longer come to exist. When in doubt, false.
/// </param>
public sealed record FoundOrders(IReadOnlyList<OrderFact> Orders, bool IsComplete);

/// <summary>The account at the venue. Called on the queue only; whatever it throws is taken for "nobody knows".</summary>
public interface IOrderDesk
{
    /// <summary>
    /// Sends the order, once, before it first awaits anything. Gives what the venue said, REJECTED included. Throws when
    /// nobody knows whether the order arrived; then <see cref="FindOrders"/> is asked, and the order is never sent again.
    /// </summary>
    Task<OrderFact> Submit(SignalOrder order);

    /// <summary>Cancels what is left of an entry. Gives what the venue says then, or nothing when that comes later.</summary>
    Task<OrderFact?> CancelEntry(string clientOrderId);

    /// <summary>Every order at the venue with that id, or one of its legs' ids.</summary>
    Task<FoundOrders> FindOrders(string clientOrderId);

    /// <summary>Whatever the venue says unasked: later fills, protective orders, cancels. Called once, at the start.</summary>
    void Listen(Action<OrderFact> heard);
}
