namespace Tapewire.Bridge.Wire;

// The words of /api/v1. A decision rests on each of the closed ones, so a text that is not among them is unreadable. The
// open ones may grow: what is new reads as Unknown, the first member, and takes nothing down with it.

/// <summary>The side of an order: for a CLOSE that of the closing order.</summary>
public enum Side
{
    Buy,
    Sell,
}

public enum Intent
{
    Entry,
    Close,
}

public enum Leg
{
    Entry,
    Stop,
    Tp1,
    Tp2,
    Tp3,
    Close,
}

public enum ReportType
{
    Submitted,
    Partial,
    Filled,
    Rejected,
    Cancelled,
    Closed,
    Nack,
    NotSent,
}

[OpenWords]
public enum SignalState
{
    Unknown,
    Active,
    Expired,
    Cancelled,
    Superseded,
    Exhausted,
}

[OpenWords]
public enum DeliveryState
{
    Unknown,
    Offered,
    Shown,
    AckedLegacy,
    Claimed,
    Working,
    Partial,
    Filled,
    Closed,
    Rejected,
    Cancelled,
    Declined,
    NotSent,
    Expired,
    Halted,
    InDoubt,
}
