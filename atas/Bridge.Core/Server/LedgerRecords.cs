using System.Collections.Generic;
using System.Text.Json.Serialization;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>Written before the claim is sent: from here on the server may count this signal as ours.</summary>
/// <param name="Key">The Idempotency-Key of every attempt to claim it.</param>
/// <param name="Instance">The process that asked. A grant is good for that one only.</param>
public sealed record ClaimIntent(
    string SignalId, string Account, Intent Intent, string Key, string Instance, string Session, long Epoch);

/// <summary>What a report says about whose delivery it is.</summary>
public sealed record Origin(string Delivery, long Fence, string Session, long Epoch, Leg Leg);

/// <summary>Written before the order leaves: from here on it may be at the venue.</summary>
/// <param name="Leg">ENTRY or CLOSE.</param>
public sealed record Submission(string Delivery, long Fence, string Session, long Epoch, string ClientOrderId, Leg Leg)
{
    internal Origin Origin => new(Delivery, Fence, Session, Epoch, Leg);
}

/// <param name="Delivery"><c>signal id.account</c></param>
public sealed record QueuedReport(string Delivery, ReportBody Body)
{
    internal string SignalId => Delivery[..Delivery.LastIndexOf('.')];
}

/// <summary>One line of the executor's memory.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Intended), "intent")]
[JsonDerivedType(typeof(ClaimRefused), "refused")]
[JsonDerivedType(typeof(Submitting), "submitting")]
[JsonDerivedType(typeof(Turned), "turn")]
[JsonDerivedType(typeof(Reporting), "report")]
[JsonDerivedType(typeof(Reported), "reported")]
[JsonDerivedType(typeof(OutcomeKept), "outcome")]
[JsonDerivedType(typeof(Over), "over")]
public abstract record LedgerRecord
{
    public sealed record Intended(ClaimIntent Intent) : LedgerRecord;

    /// <summary>The server said no to the claim, so nothing was granted and nothing was sent.</summary>
    public sealed record ClaimRefused(string SignalId, string Code) : LedgerRecord;

    /// <param name="Turn">Of a desk that remembers and reports by itself.</param>
    public sealed record Submitting(string SignalId, Submission Submission, DeskTurn? Turn = null) : LedgerRecord;

    public sealed record Turned(DeskTurn Turn) : LedgerRecord;

    public sealed record Reporting(QueuedReport Report) : LedgerRecord;

    /// <summary>The server has it, or has refused it for good.</summary>
    public sealed record Reported(string ReportId, ReportRefusal? Refusal) : LedgerRecord;

    /// <summary>Of compaction: what the reports, long delivered, had said.</summary>
    public sealed record OutcomeKept(string SignalId, ReportType Outcome, bool HasPosition, bool GivenBack) : LedgerRecord;

    public sealed record Over(IReadOnlyList<string> SignalIds) : LedgerRecord;
}

public sealed record ReportRefusal(string Code, string Detail);

/// <summary>A fact that nobody has: a person must look.</summary>
public sealed record RefusedReport(string ReportId, string Code, string Detail);
