using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Desk;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Pilot;

public sealed record BridgeParts
{
    public required BridgeSettings Settings { get; init; }
    public required ITransport Transport { get; init; }
    public required IStore Store { get; init; }
    public required IBroker Broker { get; init; }
    public required IBridgeView View { get; init; }
    public IClock Clock { get; init; } = new SystemClock();
    public SerialLane? Lane { get; init; }
    public Func<string>? NewId { get; init; }
}

/// <summary>
/// The whole bridge as one actor: server, broker, time and people are heard on one lane, which owns all state. Its methods may
/// be called from any thread and come back at once.
/// </summary>
public sealed class BridgeActor : IDisposable
{
    private const double TickMs = 200;

    /// <summary>How long it is shown why a signal was left.</summary>
    private const long NewsMs = 60_000;

    private readonly BridgeParts _parts;
    private readonly BridgeSettings _settings;
    private readonly IBroker _broker;
    private readonly SerialLane _lane;
    private readonly bool _ownsLane;
    private readonly LaterClock _clock;
    private readonly BracketBook _book;
    private readonly BracketDesk _desk;
    private readonly Executor _executor;
    private readonly Gate _gate;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _alerted = [];
    private readonly Dictionary<string, (string Text, TaskCompletionSource<bool> Answer)> _awaiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Text, long AtMs)? _lastLeft;
    private (Reason, string)? _failure;
    private BridgeStatus? _shown;
    private bool _isStarted;
    private bool _isRunning;
    private bool _isBroken;
    private bool _isFenced;
    private bool _isWatchOpen;
    private bool _hasLapsed;

    public BridgeActor(BridgeParts parts)
    {
        _parts = parts;
        _settings = parts.Settings;
        _broker = parts.Broker;
        _ownsLane = parts.Lane is null;
        _lane = parts.Lane ?? new SerialLane(Broke);
        _clock = new LaterClock(parts.Clock);
        _book = new BracketBook(_settings.Rules);
        _gate = new Gate(_settings.Gate);
        _desk = new BracketDesk(_book, _broker, _clock, PlanOf, Alarm, Broke, _stop.Token);
        var options = new ExecutorOptions
        {
            Transport = parts.Transport,
            Clock = parts.Clock,
            Store = parts.Store,
            Desk = _desk,
            Consumer = _settings.Consumer,
            Account = _settings.Account,
            Decide = Decide,
            Objection = ObjectionTo,
            Symbols = [_gate.Symbol],
            Capabilities = ["close", "amend", "bracket"],
            Takeover = _settings.TakesOver,
            Reopen = true,
            IsWatching = _settings.Mode == TradeMode.AlertsOnly,
            OnNotice = Hear,
        };
        _executor = new Executor(parts.NewId is null ? options : options with { NewId = parts.NewId });
    }

    /// <summary>The clock of <see cref="Quote.AtMs"/>. On the lane only.</summary>
    public long NowMs => _clock.NowMs;

    /// <summary>Once.</summary>
    public void Start()
    {
        if (_ownsLane) _ = Task.Run(_lane.Run);
        _lane.Post(Begin);
    }

    /// <summary>Something happened at the broker.</summary>
    public void Hear(BracketEvent happened) => _lane.Post(() => _desk.Hear(happened));

    /// <summary>The platform says that orders or position may be others than before: an account was chosen, a connection came back.</summary>
    public void LookAgain() => _lane.Post(() =>
    {
        if (_isRunning && _executor.IsReady) _desk.LookAgain();
    });

    /// <summary>A person says yes to what waits.</summary>
    public void Confirm() => _lane.Post(() => Answer(isYes: true));

    /// <summary>A person says no to what waits.</summary>
    public void Reject() => _lane.Post(() => Answer(isYes: false));

    /// <summary>Comes to an end within that time, whatever hangs, and may be called again. Stops and targets stay at the broker.</summary>
    public Task Stop(double withinMs)
    {
        _lane.Post(() => _ = StopNow(withinMs));
        return _ended.Task;
    }

    public void Dispose()
    {
        _executor.Dispose();
        _stop.Dispose();
    }

    private async void Begin()
    {
        _isStarted = _isRunning = true;
        _ = Ticks();
        try
        {
            var end = await _executor.Run();
            _isFenced = end == RunEnd.Fenced;
        }
        catch (Exception error) when (error is StoreDamagedException or IOException or UnauthorizedAccessException)
        {
            _failure = (BridgeReasons.MemoryUnusable, error.Message);
            Log(Weight.Error, $"{BridgeReasons.MemoryUnusable.Sentence} {error.Message}");
        }
        catch (Exception error)
        {
            Broke(error);
        }
        Show();
    }

    private async Task StopNow(double withinMs)
    {
        if (!_isStarted || !_isRunning)
        {
            _ended.TrySetResult();
            return;
        }
        Answer(isYes: false);
        var bound = new Deadline(_parts.Clock, Moment.Of(_parts.Clock), withinMs);
        await _executor.Stop(withinMs);
        // An entry that was filled on the way out gets its stop.
        while (_book.Brackets.Any(bracket => IsNaked(bracket.State)) && !bound.IsOver) await _parts.Clock.Sleep(50, CancellationToken.None);
        _isRunning = false;
        Show();
        _stop.Cancel();
        if (_ownsLane) _lane.Close();
        _ended.TrySetResult();
    }

    private static bool IsNaked(BracketState state) =>
        state.Net > 0 && !state.Orders.Any(order => order is { Leg: Leg.Stop, Stage: OrderStage.Working });

    private async Task Ticks()
    {
        while (_isRunning)
        {
            try
            {
                _desk.Tick();
                // A quote that is looked at often has a known age.
                _ = _broker.Quote;
                Show();
            }
            // The next tick may be the one that places a stop.
            catch (Exception error)
            {
                Broke(error);
            }
            await _parts.Clock.Sleep(TickMs, _stop.Token);
        }
    }

    private async Task<Decision> Decide(Signal signal, CancellationToken closing)
    {
        _desk.LookAgain();
        var nowMs = _clock.NowMs;
        var scene = new GateScene { Quote = _broker.Quote, Position = _book.Position, HasOpenBracket = _book.IsBusy, HasSeen = _ => false };
        var verdict = _gate.Judge(signal, scene, nowMs);
        if (verdict.Refusal == Reasons.OtherSymbol) return new Decision.Decline(Reasons.OtherSymbol.Name);
        if (_settings.Mode == TradeMode.AlertsOnly) return AlertOf(signal, verdict);
        if (verdict.Refusal is { } refusal) return Leave(signal, refusal, verdict.Detail);
        if (IsRealAccountBarred) return Leave(signal, BridgeReasons.RealAccount, null);
        // The book knows how much; that there is something to do is all that is said here.
        if (signal.Intent == Intent.Close) return new Decision.Take(1);
        var planned = PlanOf(signal);
        if (planned.Plan is not { } plan) return Leave(signal, planned.Refusal!, planned.Detail);
        var text = $"{signal.Symbol} {Words(signal.Direction)} {Number(plan.Quantity)} at {Number(signal.EntryPrice)}, stop {Number(plan.StopPrice)}";
        if (_settings.Mode == TradeMode.Confirm && !await IsConfirmed(signal, text, closing)) return Leave(signal, BridgeReasons.NotConfirmed, null);
        return new Decision.Take(plan.Quantity, plan.LimitPrice);
    }

    private bool IsRealAccountBarred => !_settings.TradesRealAccount && _broker.Account is not { IsRealAccount: false };

    private Planned PlanOf(Signal signal)
    {
        if (_broker.Quote is not { } quote) return new Planned(Plan: null, 0, Reasons.NoQuote);
        var entry = signal.Direction == Side.Buy ? quote.Ask : quote.Bid;
        return BracketPlanner.Plan(signal, entry, SlippageOf(signal), _broker.Instrument, _broker.Account, _settings.Plan);
    }

    private decimal? SlippageOf(Signal signal) => PriceGuard.Narrower(signal.MaxSlippageBps, _settings.Gate.MaxSlippageBps);

    /// <summary>In the moment before the order leaves.</summary>
    private string? ObjectionTo(Signal signal)
    {
        if (IsRealAccountBarred) return BridgeReasons.RealAccount.Name;
        if (signal.Intent == Intent.Close) return null;
        return PriceGuard.Objection(signal, SlippageOf(signal), _broker.Quote, _clock.NowMs, _settings.Gate.QuoteAgeMsMax)?.Name;
    }

    private Decision.Decline AlertOf(Signal signal, Verdict verdict)
    {
        var text = $"{signal.Symbol} {Words(signal.Intent)} {Words(signal.Direction)} at {Number(signal.EntryPrice)}, stop {Number(signal.StopLoss)}, target {Number(signal.TakeProfit)}, strength {Number(signal.SignalStrength)}";
        if (verdict.Refusal is { } refusal) return Leave(signal, refusal, verdict.Detail);
        if (_alerted.Add(signal.Id)) _parts.View.Alert(text);
        _lastLeft = ($"last: {text}", _clock.NowMs);
        return new Decision.Decline(BridgeReasons.AlertsOnly.Name);
    }

    private Decision.Decline Leave(Signal signal, Reason reason, string? detail)
    {
        var particulars = detail is null ? "" : $" ({detail})";
        _lastLeft = ($"{signal.Symbol} {Words(signal.Direction)} left: {reason.Sentence}{particulars}", _clock.NowMs);
        return new Decision.Decline($"{reason.Name}{particulars}");
    }

    private async Task<bool> IsConfirmed(Signal signal, string text, CancellationToken closing)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaiting[signal.Id] = (text, answer);
        if (_alerted.Add(signal.Id)) _parts.View.Alert($"confirm: {text}");
        Show();
        await Task.WhenAny(answer.Task, _parts.Clock.Sleep(signal.ExpiresInMs ?? 0, closing));
        _awaiting.Remove(signal.Id);
        return answer.Task.IsCompletedSuccessfully && await answer.Task;
    }

    private void Answer(bool isYes)
    {
        foreach (var (_, answer) in _awaiting.Values.ToList()) answer.TrySetResult(isYes);
    }

    private void Hear(Notice notice)
    {
        switch (notice.Name)
        {
            case NoticeName.Broken:
                _isBroken = true;
                break;
            case NoticeName.LeaseLapsed:
                _hasLapsed = true;
                break;
            case NoticeName.SessionOpened or NoticeName.LeaseRegained:
                _hasLapsed = false;
                break;
            case NoticeName.StreamOpened:
                _isWatchOpen = true;
                break;
            case NoticeName.StreamBroken:
                _isWatchOpen = false;
                break;
        }
        Log(WeightOf(notice.Name), $"{notice.Name}: {notice.Detail}{(notice.SignalId is null ? "" : $" [{notice.SignalId}]")}");
    }

    private static Weight WeightOf(NoticeName name) => name switch
    {
        NoticeName.InDoubt or NoticeName.ReportRefused or NoticeName.StoreFailed or NoticeName.CancelFailed or NoticeName.Fenced
            or NoticeName.Broken => Weight.Error,
        NoticeName.LeaseLapsed or NoticeName.SessionRefused or NoticeName.StreamBroken or NoticeName.Halted
            or NoticeName.UnreadableEvent or NoticeName.DecideFailed or NoticeName.ReportWaits => Weight.Warning,
        NoticeName.Declined => Weight.Debug,
        _ => Weight.Info,
    };

    private void Alarm(Alarm alarm)
    {
        Log(Weight.Error, $"{alarm.Code}: {alarm.Text}");
        _parts.View.Alert(alarm.Text);
    }

    private void Broke(Exception error)
    {
        _isBroken = true;
        Log(Weight.Error, $"{BridgeReasons.Broken.Sentence} {error}");
        // No new entries; what is open is looked after still.
        _executor?.TakeNothingNew();
    }

    private void Log(Weight weight, string text) => _parts.View.Log(weight, text);

    private void Show()
    {
        var open = _book.Brackets.LastOrDefault(bracket => bracket.State.End == BracketEnd.None)?.State;
        var status = new BridgeStatus(WhyLine.Of(SituationOf(open)), open is null ? null : ShownOf(open));
        if (_shown is { } shown && shown.Why == status.Why && IsSame(shown.Bracket, status.Bracket)) return;
        if (_shown?.Why != status.Why) Log(Weight.Info, status.Why);
        _shown = status;
        _parts.View.Show(status);
    }

    private static bool IsSame(ShownBracket? one, ShownBracket? other) =>
        one == other || (one is not null && other is not null && one with { Targets = other.Targets } == other && one.Targets.SequenceEqual(other.Targets));

    private Situation SituationOf(BracketState? open) => new()
    {
        Mode = _settings.Mode,
        Failure = _failure,
        IsRunning = _isRunning,
        IsStarting = !_executor.IsReady,
        IsBroken = _isBroken,
        IsFenced = _isFenced,
        IsRealAccountBarred = IsRealAccountBarred,
        IsConnected = _settings.Mode == TradeMode.AlertsOnly ? _isWatchOpen : _executor.IsHolding,
        HasLapsed = _hasLapsed,
        Problem = _executor.LastProblem,
        HeldBy = _executor.HeldBy,
        IsHalted = _executor.IsHalted,
        DoubtCount = _executor.InDoubt.Count + _book.Brackets.Count(bracket => bracket.State.End == BracketEnd.InDoubt),
        RefusedReportCount = _executor.RefusedReports.Count,
        Open = open is null ? null : $"{Words(open.Plan.Side)} {Number(open.Plan.Quantity)}, {Number(open.Net)} filled and open, stop {Number(open.Plan.StopPrice)}",
        Awaiting = _awaiting.Count == 0 ? null : _awaiting.Values.Last().Text,
        LastLeft = _lastLeft is var (text, atMs) && _clock.NowMs - atMs < NewsMs ? text : null,
    };

    private static ShownBracket ShownOf(BracketState open) => new(
        open.Plan.Side == Side.Buy, open.Plan.Quantity, open.Entry.AveragePrice ?? open.Plan.LimitPrice, open.Plan.StopPrice,
        [.. open.Plan.Targets.Select(target => target.Price)]);

    private static string Words<T>(T word) where T : struct, Enum => word.ToString().ToUpperInvariant();

    private static string Number(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
