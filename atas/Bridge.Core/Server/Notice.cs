namespace Tapewire.Bridge.Server;

/// <summary>What a person should hear of. Nothing here asks for an answer; all of it is safe to only log.</summary>
public enum NoticeName
{
    SessionOpened,
    SessionRefused,
    AccountHeld,
    LeaseLapsed,
    LeaseRegained,
    Fenced,
    Released,
    Halted,
    Resumed,
    StreamOpened,
    StreamBroken,
    SnapshotRefused,
    UnreadableEvent,
    DecideFailed,
    Declined,
    ClaimRefused,
    ClaimUnanswered,
    NotSubmitted,
    Submitted,
    InDoubt,
    Reconciled,
    CancelFailed,
    UnknownOrder,
    ReportWaits,
    ReportRefused,
    StoreFailed,
    /// <summary>A mistake of ours. No new entries are taken after it.</summary>
    Broken,
}

/// <param name="Detail">A sentence for the log. Never a format string.</param>
public sealed record Notice(NoticeName Name, string Detail, string? SignalId = null);

/// <summary>Must not throw, and must come back at once.</summary>
public delegate void Notify(NoticeName name, string detail, string? signalId = null);
