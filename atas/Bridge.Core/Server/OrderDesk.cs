using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>The order of a signal, as it is to be sent.</summary>
public sealed record SignalOrder
{
    /// <summary>Must reach the venue with the order: after a crash it is the only way to find it. At most 28 characters.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>Whose grant it is.</summary>
    public required Submission Submission { get; init; }

    /// <summary>Until the entry may not rest any longer; infinite for a CLOSE.</summary>
    public required double LeftMs { get; init; }

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

/// <summary>What a desk wants on disk before anything of it leaves: as one record, because a report that was written is never made again.</summary>
/// <param name="Brackets">As they are to be found again after a crash.</param>
public sealed record DeskTurn(IReadOnlyList<BracketState> Brackets, IReadOnlyList<QueuedReport> Reports);

/// <summary>What a desk makes of a grant.</summary>
/// <param name="Refusal">It cannot be traded any more; nothing is to be sent.</param>
/// <param name="Turn">Null: the desk leaves memory and reports to the executor.</param>
public sealed record DeskOpening(string? Refusal, DeskTurn? Turn);

/// <summary>What a desk may ask of the executor. On the lane only.</summary>
public interface IDeskHost
{
    /// <summary>What was remembered before.</summary>
    IReadOnlyCollection<BracketState> Brackets { get; }

    /// <summary>The venue said something that is not of a bracket.</summary>
    void Heard(OrderFact fact);

    /// <summary>
    /// Ends when it will survive a power cut, or the disk has failed, which is told: a position is protected all the same.
    /// </summary>
    Task Keep(DeskTurn turn);
}

/// <summary>The account at the venue. Called on the lane only; whatever it throws is taken for "nobody knows".</summary>
public interface IOrderDesk
{
    /// <summary>Called once, at the start, before there is a session.</summary>
    void Attach(IDeskHost host);

    /// <summary>Plans what a grant leads to. Sends nothing.</summary>
    DeskOpening Open(SignalOrder order);

    /// <summary>
    /// Sends what was opened, once, before it first awaits anything. Gives what the venue said, REJECTED included, or nothing
    /// where the desk reports by itself. Throws when nobody knows whether the order arrived; then <see cref="FindOrders"/> is
    /// asked, and the order is never sent again.
    /// </summary>
    Task<OrderFact?> Submit(SignalOrder order);

    /// <summary>The last look said no.</summary>
    /// <returns>true when the desk reports that by itself</returns>
    bool Withhold(SignalOrder order, string reason);

    /// <summary>Cancels what is left of an entry. Gives what the venue says then, or nothing when that comes later.</summary>
    Task<OrderFact?> CancelEntry(string clientOrderId);

    /// <summary>Every order at the venue with that id, or one of its legs' ids.</summary>
    Task<FoundOrders> FindOrders(string clientOrderId);

    /// <summary>The prices of a signal have changed.</summary>
    void Amend(Signal signal);

    /// <summary>The server has heard nothing of a bracket for too long: look at the venue.</summary>
    void LookAgain();
}
