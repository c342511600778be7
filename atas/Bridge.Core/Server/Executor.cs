using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

public sealed record ExecutorOptions
{
    public required ITransport Transport { get; init; }
    public required IClock Clock { get; init; }
    public required IStore Store { get; init; }
    public required IOrderDesk Desk { get; init; }

    /// <summary>What people will read beside the session.</summary>
    public required string Consumer { get; init; }

    public required string Account { get; init; }

    /// <summary>
    /// Asked before a signal is claimed, again when a declined one is seen again. May take its time, as a person does; ends soon
    /// after the token.
    /// </summary>
    public required Func<Signal, CancellationToken, Task<Decision>> Decide { get; init; }

    /// <summary>The reason not to send, asked in the very moment before an order leaves. Null: send it.</summary>
    public Func<Signal, string?> Objection { get; init; } = _ => null;

    /// <summary>Only these; all when there are none.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Take the account from whoever holds it, once, at the start. Only when the other one is known to be dead.</summary>
    public bool Takeover { get; init; }

    /// <summary>After being fenced wait until the account is free, and go on. Otherwise <see cref="Executor.Run"/> ends.</summary>
    public bool Reopen { get; init; }

    /// <summary>Take no account and claim nothing: hear of the signals, and report what is still known.</summary>
    public bool IsWatching { get; init; }

    public Action<Notice> OnNotice { get; init; } = _ => { };

    /// <summary>32 hex digits, never the same twice.</summary>
    public Func<string> NewId { get; init; } = () => RandomNumberGenerator.GetHexString(32, lowercase: true);
}

/// <summary>
/// Trades the signals of one account at most once, never after their time, and says what became of each. The rules and the
/// reasons are in docs/executor.md. All of it runs on one <see cref="SerialLane"/>, its callers included.
/// </summary>
public sealed class Executor : ISessionListener, IDeskHost, IDisposable
{
    /// <summary>Not the server's word: what its list of open deliveries shows by leaving a claim out.</summary>
    private const string NotGranted = "NOT_GRANTED";

    /// <summary>What a person may have made of a doubt.</summary>
    private static readonly DeliveryState[] ResolvedStates =
        [DeliveryState.Filled, DeliveryState.Closed, DeliveryState.Rejected, DeliveryState.Cancelled, DeliveryState.NotSent];

    /// <summary>How long a stop waits for reports to be delivered. They are on disk; the next start sends the rest.</summary>
    private const double FlushMs = 3_000;

    private readonly ExecutorOptions _options;
    private readonly ApiClient _api;
    private readonly Dictionary<string, Job> _jobs = [];

    /// <summary>No new work.</summary>
    private readonly CancellationTokenSource _closing = new();

    /// <summary>No sign of life any more.</summary>
    private readonly CancellationTokenSource _halt = new();

    private Parts? _parts;
    private Task? _events;
    private string? _watchProblem;
    private Task? _stopping;

    public Executor(ExecutorOptions options)
    {
        _options = options;
        _api = new ApiClient(options.Transport);
    }

    /// <summary>Signals of which nobody here can say whether they were traded. A person should look.</summary>
    public IReadOnlyCollection<string> InDoubt => _parts?.Reconciler.InDoubt ?? [];

    /// <summary>Reports that the server will never take. A person should look.</summary>
    public IReadOnlyList<RefusedReport> RefusedReports => _parts?.Ledger.RefusedReports ?? [];

    /// <summary>Reports that are on their way.</summary>
    public int WaitingReports => _parts?.Outbox.Count ?? 0;

    /// <summary>The memory was read, and the desk has it.</summary>
    public bool IsReady => _parts is not null;

    public bool IsHolding => _parts?.Keeper.IsHolding ?? false;

    public bool IsHalted => _parts?.Keeper.IsHalted ?? false;

    /// <summary>Who else holds the account, as far as the server said.</summary>
    public string? HeldBy => _parts?.Keeper.HeldBy;

    /// <summary>Why there is no session, as the server or the connection said last.</summary>
    public string? LastProblem => _watchProblem ?? _parts?.Keeper.LastProblem;

    /// <summary>Ends when stopped or fenced, after what was under way has settled.</summary>
    /// <exception cref="StoreDamagedException">A person must look.</exception>
    /// <exception cref="System.IO.IOException">The memory cannot be opened.</exception>
    public async Task<RunEnd> Run()
    {
        var parts = _parts = await Assemble();
        _options.Desk.Attach(this);
        parts.Outbox.Start();
        foreach (var entry in parts.Ledger.UnknownToDesk)
            await parts.Reporter.TellNotDone(entry.SignalId, entry.Submission!.Origin, ReportType.NotSent, NotDone.NeverSubmitted, entry.Submission.ClientOrderId);
        if (_closing.IsCancellationRequested) return RunEnd.Stopped;
        var end = await (_options.IsWatching ? Watch() : parts.Keeper.Run());
        _closing.Cancel();
        await (_events ?? Task.CompletedTask);
        // A stop settles by itself, and within its bound.
        if (_stopping is null) await SettleDown(parts);
        _halt.Cancel();
        return end;
    }

    /// <summary>
    /// Takes nothing new, finishes what is under way, takes resting entries off, delivers what it knows, and gives the account
    /// back. Whatever is not done by then is on disk, and the next start goes on with it.
    /// </summary>
    /// <param name="withinMs">After that it is over, with whatever hangs.</param>
    public Task Stop(double withinMs) => _stopping ??= StopNow(withinMs);

    void ISessionListener.Opened(SessionOpened session) => _ = Guarded(Opened(session));

    void ISessionListener.Lost() => _ = Guarded(_parts!.Canceller.CancelAll());

    void ISessionListener.Regained() => _ = Guarded(CatchUp());

    void ISessionListener.Halted(bool isHalted) => _ = Guarded(isHalted ? _parts!.Canceller.CancelAll() : CatchUp());

    IReadOnlyCollection<BracketState> IDeskHost.Brackets => _parts!.Ledger.Brackets;

    void IDeskHost.Heard(OrderFact fact) => _ = Guarded(HeardFromVenue(fact));

    Task IDeskHost.Keep(DeskTurn turn) => _parts!.Outbox.Add(turn with { Reports = [.. turn.Reports.Select(Measured)] });

    /// <summary>What is under way goes on, and what is open is looked after; nothing else begins.</summary>
    public void TakeNothingNew() => _closing.Cancel();

    /// <summary>What was declined may be wanted by now: the user has changed something.</summary>
    public void LookAgain()
    {
        if (_events is not null && !_closing.IsCancellationRequested) _ = Guarded(CatchUp());
    }

    /// <summary>After it was stopped.</summary>
    public void Dispose()
    {
        _closing.Dispose();
        _halt.Dispose();
        _parts?.Keeper.Dispose();
    }

    private async Task StopNow(double withinMs)
    {
        _closing.Cancel();
        if (_parts is { } parts) await Task.WhenAny(Guarded(GiveBack(parts)), _options.Clock.Sleep(withinMs, CancellationToken.None));
        _halt.Cancel();
    }

    private async Task GiveBack(Parts parts)
    {
        await SettleDown(parts);
        while (parts.Ledger.RestingEntries.Count > 0 && !_halt.IsCancellationRequested) await _options.Clock.Sleep(50, _halt.Token);
        // An entry that the venue would not take off is still this executor's to look after.
        if (parts.Ledger.RestingEntries.Count == 0) await parts.Keeper.Release();
    }

    private async Task SettleDown(Parts parts)
    {
        await Task.WhenAll(_jobs.Values.Select(job => job.Done));
        await parts.Canceller.CancelAll();
        await Task.WhenAny(parts.Outbox.Idle, _options.Clock.Sleep(FlushMs, _halt.Token));
    }

    /// <summary>Hears of everything and takes nothing: the account stays free for others.</summary>
    private async Task<RunEnd> Watch()
    {
        var answer = await Backoff.UntilAnswered(Time, _options.Clock, _closing.Token);
        if (answer is Answer<ServerTime>.Ok(var time))
        {
            _events = Follow(time.Cursor);
            await Guarded(CatchUp());
        }
        await _options.Clock.Sleep(double.MaxValue, _closing.Token);
        return RunEnd.Stopped;

        async Task<Answer<ServerTime>> Time()
        {
            var asked = await _api.Time();
            _watchProblem = asked switch
            {
                Answer<ServerTime>.Refused(_, var problem) => $"{problem.Code}: {problem.Detail}",
                Answer<ServerTime>.Unanswered(var why) => why,
                _ => null,
            };
            // A key that is put right must be noticed.
            return asked is Answer<ServerTime>.Refused ? new Answer<ServerTime>.Unanswered(_watchProblem!) : asked;
        }
    }

    private async Task<Parts> Assemble()
    {
        var (clock, desk, newId) = (_options.Clock, _options.Desk, _options.NewId);
        var ledger = await Ledger.Open(_options.Store);
        var outbox = new Outbox(_api, clock, ledger, Notify, _halt.Token);
        var reporter = new Reporter(ledger, outbox, newId, Notify);
        var reconciler = new Reconciler(desk, clock, ledger, reporter, Notify, _closing.Token);
        var canceller = new EntryCanceller(desk, clock, ledger, reporter, Notify, _halt.Token);
        var request = new SessionRequest
        {
            Consumer = _options.Consumer,
            Account = _options.Account,
            Instance = newId(),
            Symbols = _options.Symbols,
            Capabilities = _options.Capabilities,
            Takeover = _options.Takeover,
        };
        var keeper = new SessionKeeper(_api, clock, request, _options.Reopen, this, Notify, _halt.Token);
        var execution = new Execution
        {
            Account = _options.Account,
            Instance = request.Instance,
            Decide = _options.Decide,
            Objection = _options.Objection,
            NewId = newId,
            Api = _api,
            Desk = desk,
            Canceller = canceller,
            Clock = clock,
            Keeper = keeper,
            Ledger = ledger,
            Notify = Notify,
            Outbox = outbox,
            Reconciler = reconciler,
            Reporter = reporter,
            Closing = _closing.Token,
        };
        return new Parts(ledger, outbox, reporter, reconciler, canceller, keeper, execution);
    }

    /// <summary>What the account's last holder left open is settled first; it may have been this executor, before a crash.</summary>
    private async Task Opened(SessionOpened session)
    {
        var (ledger, reconciler) = (_parts!.Ledger, _parts.Reconciler);
        foreach (var entry in ledger.WithoutOutcome.Where(entry => IsIdle(entry.SignalId)))
            _ = Guarded(FindThenDrop(entry));
        foreach (var intent in ledger.OpenIntents.Where(intent => IsIdle(intent.SignalId))) await SettleIntent(intent);
        foreach (var delivery in session.InDoubt.Where(delivery => IsIdle(delivery.SignalId)))
            _ = Guarded(SettleThenDrop(delivery));
        foreach (var entry in ledger.RestingEntries.Where(entry => IsIdle(entry.SignalId)))
            _ = Guarded(DropIfForsaken(entry.SignalId));
        _events ??= Follow(session.Cursor);
        await CatchUp();

        async Task FindThenDrop(LedgerEntry entry)
        {
            await reconciler.Find(entry);
            await DropIfForsaken(entry.SignalId);
        }

        async Task SettleThenDrop(Delivery delivery)
        {
            await reconciler.Settle(delivery);
            await DropIfForsaken(delivery.SignalId);
        }
    }

    private bool IsIdle(string signalId) => !_jobs.ContainsKey(signalId);

    /// <summary>An entry that outlived its session rests without anybody to look after it: the dead man's hand is off the switch.</summary>
    private Task DropIfForsaken(string signalId)
    {
        var isForsaken = _parts!.Ledger.Entry(signalId)?.Submission is { } submission
            && !_parts.Keeper.Holds(submission.Session, submission.Epoch);
        return isForsaken ? _parts.Canceller.Cancel(signalId) : Task.CompletedTask;
    }

    /// <summary>
    /// A claim of an older session, and nobody knows whether it was granted. No grant can come of it any more, and whatever did
    /// come is in the list that the new session began with.
    /// </summary>
    /// <returns>true when it was not granted, so that the signal may be claimed anew</returns>
    private async Task<bool> SettleIntent(ClaimIntent intent)
    {
        var session = _parts!.Keeper.Current;
        if (session is null || session.Session == intent.Session || intent.Account != _options.Account) return false;
        var delivery = session.InDoubt.FirstOrDefault(each => each.SignalId == intent.SignalId);
        if (delivery is not null) await _parts.Reconciler.Settle(delivery);
        else await _parts.Ledger.Write(new LedgerRecord.ClaimRefused(intent.SignalId, NotGranted));
        return delivery is null;
    }

    private Task Follow(string after)
    {
        var source = new EventSource(_api, _options.Transport, _options.Clock, Notify, after, Heard, _closing.Token);
        return source.Run();
    }

    private void Heard(ServerEvent next)
    {
        try
        {
            Act(next);
        }
        catch (JsonException error)
        {
            Notify(NoticeName.UnreadableEvent, $"{next.Type}: {error.Message}");
        }
    }

    private void Act(ServerEvent next)
    {
        var keeper = _parts!.Keeper;
        switch (next.Type)
        {
            case "signal.issued":
                Consider(WireJson.Read<SignalData>(next.Data).Signal);
                break;
            case "signal.amended":
                _options.Desk.Amend(WireJson.Read<SignalData>(next.Data).Signal);
                break;
            case "signal.ended" when WireJson.Read<SignalEndedData>(next.Data) is { State: SignalState.Cancelled } ended:
                HeardCancelled(ended.Id);
                break;
            case "session.opened" when WireJson.Read<SessionOpenedData>(next.Data) is var opened && IsOurs(opened.Account):
                keeper.HeardOf(opened.Session, opened.Epoch, opened.Consumer);
                break;
            case "account.stale" or "session.ended" when WireJson.Read<SessionOverData>(next.Data) is var over && IsOurs(over.Account):
                keeper.HeardOver(over.Session);
                break;
            case "account.halted" or "account.resumed" when IsOurs(WireJson.Read<AccountData>(next.Data).Account):
                keeper.HeardHalted(next.Type == "account.halted");
                break;
            // What was given back is on offer again; its signal is not told a second time.
            case "delivery.reported" when WireJson.Read<DeliveryData>(next.Data).Delivery is { State: DeliveryState.Offered } offered && IsOurs(offered.Account):
                _ = Guarded(CatchUp());
                break;
            case "delivery.in_doubt" when WireJson.Read<DeliveryData>(next.Data).Delivery is var doubted && IsOurs(doubted.Account) && IsIdle(doubted.SignalId):
                _ = Guarded(_parts.Reconciler.Settle(doubted));
                break;
            case "delivery.resolved" when WireJson.Read<DeliveryData>(next.Data).Delivery is var resolved && IsOurs(resolved.Account):
                Resolve(resolved.SignalId);
                break;
            case "reset":
                _ = Guarded(CatchUp());
                break;
        }
    }

    private void Resolve(string signalId)
    {
        _parts!.Reconciler.Resolve(signalId);
        _options.Desk.Resolve(signalId);
    }

    private bool IsOurs(string account) => account == _options.Account;

    private void HeardCancelled(string signalId)
    {
        if (_jobs.TryGetValue(signalId, out var running)) running.IsCancelled = true;
        _ = Guarded(_parts!.Canceller.Cancel(signalId));
    }

    /// <summary>With what was measured on the way to the order, once.</summary>
    private QueuedReport Measured(QueuedReport report)
    {
        var body = report.Body;
        if (body.Leg is not (Leg.Entry or Leg.Close) || body.ClientOrderId is null) return report;
        if (!_parts!.Execution.Latencies.Remove(body.ClientOrderId, out var latency)) return report;
        foreach (var (name, ms) in body.Latency ?? new Dictionary<string, double>()) latency[name] = ms;
        return report with { Body = ReportFitting.Fit(body with { Latency = latency }) };
    }

    private async Task HeardFromVenue(OrderFact fact)
    {
        var leftAtMs = _parts!.Execution.LeftAtMs;
        var latency = fact.Status == ReportType.Filled && leftAtMs.TryGetValue(fact.ClientOrderId, out var leftMs)
            ? new Dictionary<string, double> { ["submit_to_fill_ms"] = _options.Clock.MonotonicMs - leftMs }
            : null;
        if (fact.Status is not (ReportType.Submitted or ReportType.Partial)) leftAtMs.Remove(fact.ClientOrderId);
        await _parts.Reporter.Tell(fact, latency);
    }

    /// <summary>For the time in which nobody listened: what is live now, and which of ours were cancelled, amended or resolved meanwhile.</summary>
    private async Task CatchUp()
    {
        var active = await Backoff.UntilAnswered(_api.ActiveSignals, _options.Clock, _closing.Token);
        switch (active)
        {
            case Answer<IReadOnlyList<Signal>>.Refused(_, var problem):
                Notify(NoticeName.SnapshotRefused, problem.Detail);
                break;
            case Answer<IReadOnlyList<Signal>>.Ok(var signals):
                foreach (var signal in signals)
                {
                    var ours = signal.Deliveries?.FirstOrDefault(delivery => IsOurs(delivery.Account));
                    if (ours is null or { State: DeliveryState.Offered }) Consider(signal);
                }
                break;
        }
        var open = _parts!.Ledger.Brackets.Where(bracket => bracket.End == BracketEnd.None || bracket.IsInDoubt).Select(bracket => bracket.SignalId);
        foreach (var signalId in _parts.Ledger.RestingEntries.Select(entry => entry.SignalId).Union(open).ToList())
        {
            var answer = await Backoff.UntilAnswered(() => _api.SignalOf(signalId), _options.Clock, _closing.Token);
            if (answer is not Answer<SignalAnswer>.Ok({ Signal: var signal })) continue;
            if (signal.State == SignalState.Cancelled) HeardCancelled(signalId);
            _options.Desk.Amend(signal);
            // The server may have yet to come to a doubt that is known here.
            if (signal.Deliveries?.FirstOrDefault(delivery => IsOurs(delivery.Account)) is { } ours && ResolvedStates.Contains(ours.State)) Resolve(signalId);
        }
    }

    /// <summary>Events repeat and snapshots overlap with them; a signal is taken up once.</summary>
    private void Consider(Signal signal)
    {
        var (keeper, ledger) = (_parts!.Keeper, _parts.Ledger);
        if (_closing.IsCancellationRequested || _jobs.ContainsKey(signal.Id) || ledger.HasTaken(signal.Id)) return;
        if (_options.Symbols.Count > 0 && !_options.Symbols.Contains(signal.Symbol)) return;
        if (signal.Accounts?.Contains(_options.Account) == false) return;
        if (keeper.IsHalted && signal.Intent == Intent.Entry) return;
        var job = new Job { Signal = signal, ReceivedAtMs = _options.Clock.MonotonicMs };
        _jobs.Add(signal.Id, job);
        job.Done = WorkAndForget(job);
    }

    private async Task WorkAndForget(Job job)
    {
        var mayClaimAnew = false;
        await Guarded(Worked(), job.Signal.Id);
        _jobs.Remove(job.Signal.Id);
        // This claim went down with its session, and the next session's look may have come before. What an earlier one came to
        // is no reason: looking again would bring the same signal at once, and so on for as long as nothing may be claimed.
        if (mayClaimAnew) _ = Guarded(CatchUp());

        async Task Worked() => mayClaimAnew = await Work(job);
    }

    /// <returns>true when its claim came to nothing with its session, so that the signal may be claimed anew</returns>
    private async Task<bool> Work(Job job)
    {
        var parts = _parts!;
        var signalId = job.Signal.Id;
        var isResolved = await parts.Execution.Execute(job);
        if (parts.Ledger.Entry(signalId)?.Intent is not { } intent) return false;
        if (!isResolved) return await SettleIntent(intent);
        // While the order was on its way to the venue.
        var mustGo = job.IsCancelled || parts.Keeper.IsHalted;
        await (mustGo ? parts.Canceller.Cancel(signalId) : DropIfForsaken(signalId));
        return false;
    }

    /// <summary>
    /// Ends what a full disk has stopped; what was not written has not been done. Anything else is a mistake of ours, after
    /// which nothing new is taken: inside a trading platform there is no process of our own to end.
    /// </summary>
    private async Task Guarded(Task work, string? signalId = null)
    {
        try
        {
            await work;
        }
        catch (StoreFailedException error)
        {
            Notify(NoticeName.StoreFailed, error.Message, signalId);
        }
        catch (Exception error)
        {
            Notify(NoticeName.Broken, error.ToString(), signalId);
            _closing.Cancel();
        }
    }

    private void Notify(NoticeName name, string detail, string? signalId = null) =>
        _options.OnNotice(new Notice(name, detail, signalId));

    private sealed record Parts(
        Ledger Ledger, Outbox Outbox, Reporter Reporter, Reconciler Reconciler, EntryCanceller Canceller, SessionKeeper Keeper,
        Execution Execution);
}
