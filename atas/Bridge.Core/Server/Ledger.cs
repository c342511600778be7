using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>All that is known here about one signal.</summary>
internal sealed record LedgerEntry(string SignalId)
{
    public ClaimIntent? Intent { get; init; }

    /// <summary>The code with which the claim was refused: nothing was granted and nothing was sent.</summary>
    public string? Refused { get; init; }

    public Submission? Submission { get; init; }

    /// <summary>The desk remembers and reports by itself.</summary>
    public bool IsDesks { get; init; }

    /// <summary>The strongest thing reported of the order itself, protective legs not counted. Null: no outcome yet.</summary>
    public ReportType? Outcome { get; init; }

    /// <summary>The claim was given back before anything was sent: what is offered again may be claimed anew.</summary>
    public bool GivenBack { get; init; }

    /// <summary>The entry was filled, at least in part: its protective orders still have something to say.</summary>
    public bool HasPosition { get; init; }

    /// <summary>An entry order that may still be filled.</summary>
    public bool IsResting =>
        Submission?.Leg == Leg.Entry && (Outcome is ReportType.Submitted or ReportType.Partial || (IsDesks && Outcome is null));

    /// <summary>Nothing more will come of it.</summary>
    public bool IsAtRest => Outcome switch
    {
        null or ReportType.Submitted or ReportType.Partial => false,
        ReportType.Filled => Submission?.Leg == Leg.Close,
        ReportType.Closed => true,
        _ => !HasPosition,
    };
}

/// <summary>The disk did not take a record. Whatever was to follow it must not happen.</summary>
internal sealed class StoreFailedException : Exception
{
    public StoreFailedException(Exception cause)
        : base(cause.Message, cause)
    {
    }
}

/// <summary>
/// What this executor has done, folded from its store. Every change is on disk before it is in here, so nobody acts on what a
/// crash would take back.
/// </summary>
internal sealed partial class Ledger
{
    /// <summary>Filled and never said to be closed: their orders are still known, so that a late stop finds its delivery.</summary>
    private const int OpenPositions = 1_000;

    /// <summary>Signals that are over and still remembered. One lives for minutes, so this many outlast any repetition.</summary>
    private const int Remembered = 10_000;

    /// <summary>From guess to fact. A fill may be heard of before the acknowledgement of its order, and stays a fill.</summary>
    private static readonly ReportType[] Strength =
    [
        ReportType.Nack, ReportType.NotSent, ReportType.Submitted, ReportType.Partial, ReportType.Rejected,
        ReportType.Cancelled, ReportType.Filled, ReportType.Closed,
    ];

    private readonly IStore _store;
    private readonly OrderedDictionary<string, LedgerEntry> _entries = [];
    private readonly HashSet<string> _over = [];
    private readonly Queue<string> _overByAge = new();
    private readonly OrderedDictionary<string, BracketState> _brackets = [];
    private readonly OrderedDictionary<string, QueuedReport> _pending = [];
    private readonly OrderedDictionary<string, LedgerRecord.Reported> _refusedReports = [];
    private readonly Dictionary<string, string> _signalByOrder = [];

    private Ledger(IStore store)
    {
        _store = store;
    }

    /// <summary>Of the desk, oldest first.</summary>
    public IReadOnlyCollection<BracketState> Brackets => _brackets.Values;

    /// <summary>Orders that may be at the venue, and nobody here knows.</summary>
    public IReadOnlyList<LedgerEntry> WithoutOutcome =>
        [.. _entries.Values.Where(entry => entry is { Submission: not null, Outcome: null, IsDesks: false })];

    /// <summary>Grants of the desk of which it does not know: a crash came before anything was sent.</summary>
    public IReadOnlyList<LedgerEntry> UnknownToDesk =>
        [.. _entries.Values.Where(entry => entry is { Submission: { } submission, Outcome: null, IsDesks: true } && !IsBracketOf(submission))];

    /// <summary>Claims of which nobody here knows whether they were granted. Nothing was sent for them.</summary>
    public IReadOnlyList<ClaimIntent> OpenIntents =>
    [
        .. _entries.Values
            .Where(entry => entry is { Intent: not null, Refused: null, Submission: null, Outcome: null })
            .Select(entry => entry.Intent!),
    ];

    /// <summary>Entry orders that may still be filled.</summary>
    public IReadOnlyList<LedgerEntry> RestingEntries => [.. _entries.Values.Where(entry => entry.IsResting)];

    public IReadOnlyList<QueuedReport> PendingReports => [.. _pending.Values];

    public IReadOnlyList<RefusedReport> RefusedReports =>
        [.. _refusedReports.Values.Select(each => new RefusedReport(each.ReportId, each.Refusal!.Code, each.Refusal.Detail))];

    /// <exception cref="StoreDamagedException">Nothing is guessed from half a memory.</exception>
    /// <exception cref="IOException">The store cannot be opened or written.</exception>
    public static async Task<Ledger> Open(IStore store)
    {
        var ledger = new Ledger(store);
        foreach (var record in await store.Load()) ledger.Fold(record);
        await store.Compact(ledger.Compacted());
        return ledger;
    }

    /// <exception cref="StoreFailedException">Then it did not happen, as far as anybody may rely on it.</exception>
    public async Task Write(LedgerRecord record)
    {
        try
        {
            await _store.Append(record);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreFailedException(error);
        }
        Fold(record);
    }

    /// <summary>For what is true whether or not the disk could take it: something that happened at the venue.</summary>
    public void Remember(LedgerRecord record) => Fold(record);

    /// <summary>True when this signal was ever claimed here, and the claim neither refused nor given back.</summary>
    public bool HasTaken(string signalId) =>
        _over.Contains(signalId) || (_entries.TryGetValue(signalId, out var entry) && entry.Refused is null);

    /// <summary>True when all that there was to say of it has been said.</summary>
    public bool IsOver(string signalId) => _over.Contains(signalId);

    public LedgerEntry? Entry(string signalId) => _entries.GetValueOrDefault(signalId);

    /// <summary>Whose order that is, or whose protective leg.</summary>
    public LedgerEntry? EntryOfOrder(string clientOrderId)
    {
        var signalId = _signalByOrder.GetValueOrDefault(clientOrderId)
            ?? _signalByOrder.GetValueOrDefault(LegSuffix().Replace(clientOrderId, ""));
        return signalId is null ? null : Entry(signalId);
    }

    [GeneratedRegex(@"-(?:S|C|\d)(?:\.\d+)?\z")]
    private static partial Regex LegSuffix();

    private void Fold(LedgerRecord record)
    {
        switch (record)
        {
            case LedgerRecord.Intended(var intent):
                _entries[intent.SignalId] = new LedgerEntry(intent.SignalId) { Intent = intent };
                return;
            case LedgerRecord.ClaimRefused(var signalId, var code):
                Change(signalId, entry => entry with { Refused = code });
                return;
            case LedgerRecord.Submitting(var signalId, var submission, var turn):
                _signalByOrder[submission.ClientOrderId] = signalId;
                Change(signalId, entry => entry with { Submission = submission, IsDesks = turn is not null });
                if (turn is not null) Fold(turn);
                return;
            case LedgerRecord.Turned(var turn):
                Fold(turn);
                return;
            case LedgerRecord.Reporting(var report):
                Fold(report);
                return;
            case LedgerRecord.OutcomeKept kept:
                Change(kept.SignalId, entry => entry with
                {
                    Outcome = kept.Outcome, HasPosition = kept.HasPosition, GivenBack = kept.GivenBack,
                });
                return;
            case LedgerRecord.Reported reported:
                if (reported.Refusal is not null) _refusedReports[reported.ReportId] = reported;
                if (_pending.Remove(reported.ReportId, out var delivered)) Retire(delivered.SignalId);
                return;
            case LedgerRecord.Over(var signalIds):
                foreach (var signalId in signalIds) ForgetAllBut(signalId);
                return;
            default:
                throw new InvalidOperationException($"no fold for {record.GetType().Name}");
        }
    }

    private void Fold(DeskTurn turn)
    {
        foreach (var bracket in turn.Brackets) _brackets[bracket.SignalId] = bracket;
        foreach (var report in turn.Reports) Fold(report);
    }

    private void Fold(QueuedReport report)
    {
        var body = report.Body;
        _pending[body.ReportId] = report;
        // A stop that was filled says nothing about whether the entry is still resting.
        if (body.Leg is Leg.Entry or Leg.Close || body.Type == ReportType.Closed) Strengthen(report.SignalId, body);
    }

    private bool IsBracketOf(Submission submission) => _brackets.Values.Any(bracket =>
        bracket.Origin.DeliveryId == submission.Delivery || bracket.Close?.DeliveryId == submission.Delivery);

    private void Strengthen(string signalId, ReportBody body)
    {
        Change(signalId, entry =>
        {
            var isStronger = entry.Outcome is not { } known
                || Array.IndexOf(Strength, body.Type) > Array.IndexOf(Strength, known);
            var isFill = body.Leg == Leg.Entry
                && (body.Type is ReportType.Partial or ReportType.Filled || body.CumQty > 0);
            return entry with
            {
                Outcome = isStronger ? body.Type : entry.Outcome,
                HasPosition = entry.HasPosition || isFill,
                // Said by the process that would have sent it, which looks once more after it has written down that it is about to.
                GivenBack = entry.GivenBack || body is { Type: ReportType.Nack, Reason: NotDone.NotSent },
            };
        });
    }

    /// <summary>Forgets all but the id of a signal that is over and told.</summary>
    private void Retire(string signalId)
    {
        if (Entry(signalId) is not { IsAtRest: true } entry) return;
        if (_pending.Values.Any(queued => queued.SignalId == signalId)) return;
        if (_brackets.TryGetValue(signalId, out var bracket) && !IsOver(bracket)) return;
        _brackets.Remove(signalId);
        _entries.Remove(signalId);
        if (entry.Submission is not null) _signalByOrder.Remove(entry.Submission.ClientOrderId);
        if (!entry.GivenBack) ForgetAllBut(signalId);
    }

    /// <summary>What is in doubt may still be heard of.</summary>
    private static bool IsOver(BracketState bracket) => bracket.End is BracketEnd.Closed or BracketEnd.NotEntered;

    private void ForgetAllBut(string signalId)
    {
        if (!_over.Add(signalId)) return;
        _overByAge.Enqueue(signalId);
        if (_overByAge.Count > Remembered) _over.Remove(_overByAge.Dequeue());
    }

    private void Change(string signalId, Func<LedgerEntry, LedgerEntry> change) =>
        _entries[signalId] = change(Entry(signalId) ?? new LedgerEntry(signalId));

    /// <summary>The fewest records that fold into the same: what is open in full, what is over by its id alone.</summary>
    private List<LedgerRecord> Compacted()
    {
        foreach (var bracket in _brackets.Values.Where(IsOver).ToList()) Retire(bracket.SignalId);
        foreach (var old in _entries.Values.Where(entry => entry is { HasPosition: true, IsResting: false, IsDesks: false }).SkipLast(OpenPositions).ToList())
        {
            _entries.Remove(old.SignalId);
            ForgetAllBut(old.SignalId);
        }
        foreach (var refused in _entries.Values.Where(entry => entry.Refused is not null).ToList()) _entries.Remove(refused.SignalId);
        return
        [
            new LedgerRecord.Over([.. _overByAge]),
            .. _entries.Values.SelectMany(RecordsOf),
            .. _brackets.Values.Select(bracket => new LedgerRecord.Turned(new DeskTurn([bracket], []))),
            .. _pending.Values.Select(report => new LedgerRecord.Reporting(report)),
            .. _refusedReports.Values,
        ];
    }

    private static IEnumerable<LedgerRecord> RecordsOf(LedgerEntry entry)
    {
        if (entry.Intent is not null) yield return new LedgerRecord.Intended(entry.Intent);
        if (entry.Submission is not null) 
            yield return new LedgerRecord.Submitting(entry.SignalId, entry.Submission, entry.IsDesks ? new DeskTurn([], []) : null);
        if (entry.Outcome is { } outcome)
            yield return new LedgerRecord.OutcomeKept(entry.SignalId, outcome, entry.HasPosition, entry.GivenBack);
    }
}
