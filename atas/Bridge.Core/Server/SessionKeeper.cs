using System;
using System.Threading;
using System.Threading.Tasks;
using System.Text.Json;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

internal interface ISessionListener
{
    /// <summary>A session was opened. What it lists as in doubt is to be reconciled.</summary>
    void Opened(SessionOpened session);

    /// <summary>The lease ran out unrenewed, or the account is another's: entries must come off the venue.</summary>
    void Lost();

    /// <summary>The lease was renewed after all.</summary>
    void Regained();

    /// <summary>The account's kill switch was thrown, or put back.</summary>
    void Halted(bool isHalted);
}

public enum RunEnd
{
    Fenced,
    Stopped,
}

/// <summary>
/// Holds the account's lease. Whoever does not hold it must not trade, and this side finds that out by itself: a lease runs
/// from the moment its renewal was SENT, on this machine's clocks, so it ends here before it ends at the server.
/// </summary>
internal sealed class SessionKeeper : IDisposable
{
    /// <summary>How long the answer to giving the account back is waited for: without it the lease runs out by itself.</summary>
    private const double ReleaseMs = 2_000;

    /// <summary>How long a lease is waited for that somebody else holds, at most, before asking again.</summary>
    private const double AskAgainMs = 5_000;

    private readonly ApiClient _api;
    private readonly IClock _clock;
    private readonly SessionRequest _request;
    private readonly bool _reopen;
    private readonly ISessionListener _listener;
    private readonly Notify _notify;
    private readonly CancellationToken _stop;
    private CancellationTokenSource _end;
    private Deadline? _lease;
    private bool _isLapsed;
    private bool _isReleasing;

    public SessionKeeper(
        ApiClient api, IClock clock, SessionRequest request, bool reopen, ISessionListener listener, Notify notify,
        CancellationToken stop)
    {
        _api = api;
        _clock = clock;
        _request = request;
        _reopen = reopen;
        _listener = listener;
        _notify = notify;
        _stop = stop;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>The session of which nobody has said that it is over. Its lease may have lapsed: ask <see cref="Holds"/>.</summary>
    public SessionOpened? Current { get; private set; }

    public bool IsHalted { get; private set; }

    /// <summary>Whether the session that is current may trade at this very moment.</summary>
    public bool IsHolding => Current is { } session && Holds(session.Session, session.Epoch);

    /// <summary>Who else holds the account, as the server said last; null when nobody was named, or the account is ours.</summary>
    public string? HeldBy { get; private set; }

    /// <summary>Why no session could be opened, as the server or the connection said last.</summary>
    public string? LastProblem { get; private set; }

    private bool IsOver => _end.IsCancellationRequested;

    /// <summary>The server says that this session is over there: its lease lapsed, or somebody gave the account back.</summary>
    public void HeardOver(string session)
    {
        if (Current?.Session == session) Fence($"{session} is over at the server");
    }

    /// <summary>Somebody opened a session with this epoch. A higher one than ours fences us, and early is better.</summary>
    public void HeardOf(string session, long epoch, string consumer)
    {
        if (Current is null || session == Current.Session || epoch <= Current.Epoch) return;
        HeldBy = consumer;
        Fence($"session {session} of {consumer} has epoch {epoch}");
    }

    /// <summary>By an event, which is sooner than by the next heartbeat.</summary>
    public void HeardHalted(bool isHalted)
    {
        if (isHalted == IsHalted) return;
        IsHalted = isHalted;
        _notify(isHalted ? NoticeName.Halted : NoticeName.Resumed, $"account {_request.Account}");
        _listener.Halted(isHalted);
    }

    /// <summary>Whether this session may trade at this very moment.</summary>
    public bool Holds(string session, long epoch) => IsCurrent(session, epoch) && _lease is { IsOver: false };

    /// <summary>Whether the server, as far as this side has heard, still has this session for the account's.</summary>
    public bool IsCurrent(string session, long epoch) => Current?.Session == session && Current.Epoch == epoch;

    /// <summary>
    /// Gives the account back, once nothing of this executor rests at the venue: clients of the guide see signals again at
    /// once, and the next executor need not wait for the lease. Tried once, and not for long; it is over here either way.
    /// </summary>
    public async Task Release()
    {
        if (Current is not { } session || _isReleasing) return;
        _isReleasing = true;
        var answered = _api.Release(session.Session);
        await Task.WhenAny(answered, _clock.Sleep(ReleaseMs, _stop));
        if (answered.IsCompletedSuccessfully && await answered is Answer<JsonElement>.Ok)
            _notify(NoticeName.Released, $"account {_request.Account}");
        Current = null;
        _end.Cancel();
    }

    /// <summary>Opens, keeps, and opens again where that is wanted.</summary>
    public async Task<RunEnd> Run()
    {
        // Only the first time: two executors that both take over whenever they are fenced would do nothing else.
        for (var takeover = _request.Takeover; !_stop.IsCancellationRequested; takeover = false)
        {
            if (await Open(takeover) is not { } session) return RunEnd.Stopped;
            await Task.WhenAll(Beat(session), Watch(session));
            if (_isReleasing || _stop.IsCancellationRequested) return RunEnd.Stopped;
            if (!_reopen) return RunEnd.Fenced;
        }
        return RunEnd.Stopped;
    }

    public void Dispose() => _end.Dispose();

    private async Task<SessionOpened?> Open(bool takeover)
    {
        for (var failures = 1; !_stop.IsCancellationRequested; failures += 1)
        {
            var sentAt = Moment.Of(_clock);
            var answer = await _api.OpenSession(_request with { Takeover = takeover });
            if (answer is Answer<SessionOpened>.Ok(var session))
            {
                Current = session;
                _lease = new Deadline(_clock, sentAt, session.LeaseMs);
                _end.Dispose();
                _end = CancellationTokenSource.CreateLinkedTokenSource(_stop);
                _isLapsed = false;
                HeldBy = null;
                LastProblem = null;
                HeardHalted(session.Halted);
                _notify(NoticeName.SessionOpened, $"{session.Session}, epoch {session.Epoch}");
                _listener.Opened(session);
                return session;
            }
            await _clock.Sleep(WaitAfter(answer, failures), _stop);
        }
        return null;
    }

    private double WaitAfter(Answer<SessionOpened> answer, int failures)
    {
        if (answer is Answer<SessionOpened>.Refused(_, { Code: "ACCOUNT_HELD" } held))
        {
            // After a crash this is our own predecessor, whose lease has a few seconds left.
            HeldBy = held.Holder?.Consumer ?? "somebody";
            LastProblem = null;
            _notify(NoticeName.AccountHeld, held.Detail);
            return held.RemainingMs is > 0 and var leftMs ? Math.Min(leftMs, AskAgainMs) : Backoff.Ms(failures);
        }
        HeldBy = null;
        LastProblem = answer is Answer<SessionOpened>.Refused(_, var problem)
            ? $"{problem.Code}: {problem.Detail}"
            : ((Answer<SessionOpened>.Unanswered)answer).Why;
        _notify(NoticeName.SessionRefused, LastProblem);
        return Backoff.Ms(failures);
    }

    /// <summary>Renews until the session is over. A lapsed lease is still asked for: the server may have slept.</summary>
    private async Task Beat(SessionOpened session)
    {
        for (var failures = 0; !IsOver;)
        {
            await Sleep(failures == 0 ? session.HeartbeatMs : Math.Min(Backoff.Ms(failures), session.HeartbeatMs));
            if (IsOver) return;
            var sentAt = Moment.Of(_clock);
            var answer = await _api.Heartbeat(session.Session, session.Epoch);
            if (IsOver) return;
            switch (answer)
            {
                case Answer<HeartbeatAnswer>.Ok(var beat):
                    failures = 0;
                    // A clock that was set may have ended it before the watch looked again; what passed by meanwhile is looked for.
                    var hadLapsed = _isLapsed || _lease!.IsOver;
                    _lease = new Deadline(_clock, sentAt, session.LeaseMs);
                    HeardHalted(beat.Halted);
                    if (hadLapsed && !_lease.IsOver) Regain();
                    break;
                case Answer<HeartbeatAnswer>.Refused(_, { Code: "STALE_EPOCH" } stale):
                    Fence(stale.Detail);
                    break;
                default:
                    failures += 1;
                    break;
            }
        }
    }

    /// <summary>Dead-man's switch. Apart from the heartbeats, because one of those may hang for longer than the lease.</summary>
    private async Task Watch(SessionOpened session)
    {
        while (!IsOver)
        {
            var leftMs = _lease!.LeftMs;
            if (leftMs == 0 && !_isLapsed)
            {
                _isLapsed = true;
                _notify(NoticeName.LeaseLapsed, $"no heartbeat of {session.Session} was answered for {session.LeaseMs} ms");
                _listener.Lost();
            }
            await Sleep(leftMs == 0 ? session.HeartbeatMs : leftMs);
        }
    }

    private void Regain()
    {
        _isLapsed = false;
        _notify(NoticeName.LeaseRegained, "a heartbeat was answered after the lease had run out here");
        _listener.Regained();
    }

    private void Fence(string detail)
    {
        // Its own doing.
        if (_isReleasing) return;
        Current = null;
        _end.Cancel();
        _notify(NoticeName.Fenced, detail);
        _listener.Lost();
    }

    private Task Sleep(double ms) => _clock.Sleep(ms, _end.Token);
}
