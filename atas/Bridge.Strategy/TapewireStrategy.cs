using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using ATAS.Strategies.Chart;
using OFT.Rendering.Context;
using Tapewire.Bridge.Pilot;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Trading;
using Utils.Common.Logging;

namespace Tapewire.Bridge;

/// <summary>
/// Tapewire's signals on this chart. A thin shell: what the platform says is handed to the bridge's own lane, and no thread of the
/// platform ever waits for network, disk or order. Started and stopped as often as one likes; one run at a time.
/// </summary>
[DisplayName("Tapewire bridge")]
public sealed partial class TapewireStrategy : ChartStrategy, IAtasChart, IBridgeView
{
    /// <summary>For taking entries off, telling what is known and giving the account back. Not waited for by the platform.</summary>
    private const double StopWithinMs = 8_000;

    private static readonly BridgeStatus Stopped = new(BridgeReasons.Stopped.Sentence, Bracket: null);

    private readonly Lock _switching = new();

    /// <summary>The run before, whose memory must be closed before the next one opens it.</summary>
    private Task _run = Task.CompletedTask;

    private CancellationTokenSource? _stop;
    private volatile BridgeActor? _actor;
    private volatile AtasBroker? _broker;
    private volatile BridgeStatus _status = Stopped;
    private long _lastTradeAt;

    public TapewireStrategy()
        : base(useCandles: true)
    {
        EnableCustomDrawing = true;
        SubscribeToDrawingEvents(DrawingLayouts.Final);
    }

    ITradingManager? IAtasChart.Manager => TradingManager;

    MarketDataArg? IAtasChart.Bid => BestBid;

    MarketDataArg? IAtasChart.Ask => BestAsk;

    decimal IAtasChart.OwnPosition => CurrentPosition;

    bool IAtasChart.IsStarted => State == ATAS.Strategies.StrategyStates.Started;

    long IAtasChart.LastTradeAt => Volatile.Read(ref _lastTradeAt);

    Task IAtasChart.Open(Order order) => OpenOrderAsync(order);

    Task IAtasChart.Modify(Order order, Order changed) => ModifyOrderAsync(order, changed);

    Task IAtasChart.Cancel(Order order) => CancelOrderAsync(order);

    // A message is never the format: what a server or broker says may hold braces.
    void IBridgeView.Log(Weight weight, string text) => Guard(() =>
    {
        switch (weight)
        {
            case Weight.Debug:
                this.LogDebug("{0}", text);
                break;
            case Weight.Info:
                this.LogInfo("{0}", text);
                break;
            case Weight.Warning:
                this.LogWarn("{0}", text);
                break;
            default:
                this.LogError("{0}", text);
                break;
        }
    });

    void IBridgeView.Alert(string text) => Guard(() => DoActionInGuiThread(() => Guard(() => AddAlert(AlertSound, text))));

    void IBridgeView.Show(BridgeStatus status)
    {
        _status = status;
        Guard(() => DoActionInGuiThread(() => Guard(RedrawChart)));
    }

    /// <summary>Runs for every bar of history and every tick: notes the time of the newest live one, and nothing else.</summary>
    protected override void OnCalculate(int bar, decimal value)
    {
        if (CanProcess(bar)) Volatile.Write(ref _lastTradeAt, Stopwatch.GetTimestamp());
    }

    protected override void OnStarted() => Guard(() =>
    {
        lock (_switching)
        {
            if (_stop is not null) return;
            _stop = new CancellationTokenSource();
            var (before, stop) = (_run, _stop.Token);
            // Nothing of the run, not even its first step, on the platform's thread.
            _run = Task.Run(() => Run(before, stop), CancellationToken.None);
        }
    });

    protected override void OnSuspended() => End();

    protected override void OnStopping() => End();

    protected override void OnStopped() => End();

    protected override void OnDispose() => End();

    protected override void OnNewOrder(Order order) => OnOrderChanged(order);

    protected override void OnOrderChanged(Order order) => Hear(() => _broker?.Changed(order));

    protected override void OnOrderRegisterFailed(Order order, string message) =>
        Hear(() => AtasBroker.Failed(order, comment => new RegisterFailed(comment, message ?? "")));

    protected override void OnOrderCancelFailed(Order order, string message) =>
        Hear(() => AtasBroker.Failed(order, comment => new CancelFailed(comment, message ?? "")));

    protected override void OnOrderModifyFailed(Order order, Order newOrder, string error) =>
        Hear(() => AtasBroker.Failed(order, comment => new ModifyFailed(comment, error ?? "")));

    protected override void OnNewMyTrade(MyTrade myTrade) => Hear(() => AtasBroker.Filled(myTrade));

    protected override void OnPositionChanged(Position position) => Hear(() => new PositionChanged(position.Volume));

    protected override void OnRender(RenderContext context, DrawingLayouts layout) => Guard(() =>
    {
        if (ChartInfo is { } chart) ChartPainter.Paint(context, chart, _status, DrawTrade);
    });

    /// <summary>Idempotent, and back at once: what there is to take off, to tell and to give back is done on a task of its own.</summary>
    private void End() => Guard(() =>
    {
        lock (_switching)
        {
            _stop?.Cancel();
            _stop = null;
        }
    });

    private async Task Run(Task before, CancellationToken stop)
    {
        try
        {
            await before.ConfigureAwait(false);
            await RunHere(stop).ConfigureAwait(false);
        }
        // Nobody waits for this task but the next run; whatever it was has to be said.
        catch (Exception error)
        {
            Say(BridgeReasons.Broken, error.ToString());
        }
    }

    private async Task RunHere(CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return;
        if (TradingManager?.Security is not { } security)
        {
            Say(Reasons.NoInstrument, "no instrument on the chart");
            return;
        }
        if (SettingsFor(security.SecurityId, out var problem) is not { } settings)
        {
            Say(BridgeReasons.BadSettings, problem ?? "");
            return;
        }
        string key;
        try
        {
            key = KeyFile.Read(KeyFilePath);
        }
        catch (KeyFileException error)
        {
            Say(BridgeReasons.NoKey, error.Message);
            return;
        }
        using var transport = new HttpTransport(new HttpTransportOptions { Url = new Uri(ServerUrl), Key = key });
        await using var store = new FileStore(StorePathFor(security.SecurityId, TradingManager?.Portfolio?.AccountID ?? ""));
        var broker = new AtasBroker(this, () => _actor!.NowMs);
        using var actor = new BridgeActor(new BridgeParts { Settings = settings, Transport = transport, Store = store, Broker = broker, View = this });
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = stop.Register(() => stopped.TrySetResult());
        (_broker, _actor) = (broker, actor);
        actor.Start();
        await stopped.Task.ConfigureAwait(false);
        await actor.Stop(StopWithinMs).ConfigureAwait(false);
        (_broker, _actor) = (null, null);
    }

    private void Say(Reason reason, string detail)
    {
        ((IBridgeView)this).Show(new BridgeStatus($"{reason.Sentence} ({detail})", Bracket: null));
        ((IBridgeView)this).Log(Weight.Error, $"{reason.Sentence} {detail}");
    }

    /// <summary>Hands over what was heard; read on the platform's thread, because its objects change.</summary>
    private void Hear(Func<BracketEvent?> read) => Guard(() =>
    {
        if (_actor is { } actor && read() is { } happened) actor.Hear(happened);
    });

    /// <summary>Nothing that goes wrong here may reach the platform.</summary>
    private void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception error)
        {
            try
            {
                this.LogError("{0}", error.ToString());
            }
            catch (Exception)
            {
                // Then there is nobody left to tell.
            }
        }
    }
}
