using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using ATAS.Strategies.Chart;

namespace Tapewire.Platform;

/// <summary>
/// A chart with a strategy on it. Its data thread runs OnCalculate and the timers, one after the other; order events come on
/// the connection's threads, everything a person clicks on the thread of the windows.
/// </summary>
public sealed class ChartWindow : IConnectorListener, IInstrumentInfo, IDisposable
{
    private static readonly TimeSpan BarLength = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RepaintEvery = TimeSpan.FromMilliseconds(250);
    private readonly Lane _data;
    private readonly Lane _windows;
    private readonly PlatformTime _time;
    private readonly Bars _bars = new(BarLength);
    private readonly Lock _drawing = new();
    private DateTime _painted;
    private Drawn _drawn = new([], []);
    private volatile bool _disposed;
    private bool _isLoaded;

    internal ChartWindow(AtasPlatform platform, Instrument instrument, ChartStrategy strategy, Lane data, Lane windows)
    {
        _time = platform.Time;
        _data = data;
        _windows = windows;
        Connector = platform.Connector;
        Recorder = platform.Recorder;
        Instrument = instrument;
        Strategy = strategy;
        TradingManager = new ChartTradingManager(this, Connector);
        Chart = new DrawnChart(this);
    }

    public Instrument Instrument { get; }

    public ChartStrategy Strategy { get; }

    public string Symbol => Instrument.Symbol;

    /// <summary>Of the newest data.</summary>
    public DateTime MarketTime { get; private set; }

    public decimal LastPrice { get; private set; }

    /// <summary>What the strategy has painted last.</summary>
    public Drawn Drawn
    {
        get { lock (_drawing) return _drawn; }
    }

    string IInstrumentInfo.Instrument => Instrument.SecurityId;

    string IInstrumentInfo.Exchange => Instrument.Exchange;

    decimal IInstrumentInfo.TickSize => Instrument.TickSize;

    int IInstrumentInfo.TimeZone => 0;

    internal Connector Connector { get; }

    internal Recorder Recorder { get; }

    internal ITradingManager? TradingManager { get; }

    internal IChart Chart { get; }

    internal MarketTimers Timers { get; } = new();

    internal MarketDataArg? BestBid { get; private set; }

    internal MarketDataArg? BestAsk { get; private set; }

    internal int BarCount => _bars.Count;

    internal string TimeFrame => "M1";

    internal decimal OpenProfit
    {
        get
        {
            var position = Connector.PositionOf(Symbol);
            return position.Volume == 0 ? 0 : (LastPrice - position.AveragePrice) * position.Volume * Instrument.Multiplier;
        }
    }

    /// <summary>Every bar of history goes through OnCalculate before anything live does.</summary>
    public void Load(IReadOnlyList<IndicatorCandle> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _data.Post("history", () =>
        {
            foreach (var candle in history) _bars.Add(candle);
            if (history.Count > 0) (LastPrice, MarketTime) = (history[^1].Close, history[^1].LastTime);
            Strategy.Window = this;
            Strategy.Initialize();
            _isLoaded = true;
            Recalculate();
            Connector.Add(this);
        });
    }

    public void Quote(decimal bid, decimal bidSize, decimal ask, decimal askSize, DateTime time)
    {
        _data.Post("quote", () =>
        {
            BestBid = new MarketDataArg { Price = bid, Volume = bidSize, Time = time };
            BestAsk = new MarketDataArg { Price = ask, Volume = askSize, Time = time };
            var security = Connector.SecurityOf(Symbol);
            (security.BestBidPrice, security.BestAskPrice) = (bid, ask);
            MoveTo(time);
        });
    }

    public void Trade(decimal price, decimal volume, bool isBuy, DateTime time)
    {
        _data.Post("OnCalculate", () =>
        {
            LastPrice = price;
            Connector.SecurityOf(Symbol).LastTradePrice = price;
            var bar = _bars.Trade(price, volume, isBuy, time);
            MoveTo(time);
            if (_isLoaded && !_disposed) Strategy.Calculate(bar, price);
            if (_time.Now - _painted >= RepaintEvery) RedrawSoon();
        });
    }

    /// <summary>Takes the strategy off the chart.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        Strategy.StopAsync();
        _windows.Post("OnDispose", Strategy.Dispose);
        _disposed = true;
        Connector.Remove(this);
    }

    /// <summary>Paints now, and returns when it is done.</summary>
    public Task PaintAsync() => InWindow(Paint);

    void IConnectorListener.NewOrder(Order order) => Strategy.TellNewOrder(order);

    void IConnectorListener.OrderChanged(Order order) => Strategy.TellOrderChanged(order);

    void IConnectorListener.RegisterFailed(Order order, string message) => Strategy.TellRegisterFailed(order, message);

    void IConnectorListener.CancelFailed(Order order, string message) => Strategy.TellCancelFailed(order, message);

    void IConnectorListener.ModifyFailed(Order order, Order newOrder, string message) => Strategy.TellModifyFailed(order, newOrder, message);

    void IConnectorListener.NewMyTrade(MyTrade trade) => Strategy.TellNewMyTrade(trade);

    void IConnectorListener.PositionChanged(Position position)
    {
        Strategy.TellPositionChanged(position);
        Strategy.TellCurrentPositionChanged();
    }

    void IConnectorListener.PortfolioChanged(Portfolio portfolio) => Strategy.TellPortfolioChanged(portfolio);

    internal IndicatorCandle CandleAt(int bar) => _bars[bar];

    internal void RecalculateSoon() => _data.Post("OnCalculate of the history", Recalculate);

    internal void RedrawSoon()
    {
        _painted = _time.Now;
        _windows.Post("OnRender", Paint);
    }

    /// <summary>On the thread of the windows; at once when called from it.</summary>
    internal Task InWindow(Action action)
    {
        if (_windows.IsCurrent)
        {
            action();
            return Task.CompletedTask;
        }
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _windows.Post("window", () =>
        {
            try
            {
                action();
            }
            finally
            {
                done.SetResult();
            }
        });
        return done.Task;
    }

    private void Recalculate()
    {
        if (_disposed) return;
        Strategy.Recalculate();
        for (var bar = 0; bar < _bars.Count; bar++) Strategy.Calculate(bar, _bars[bar].Close);
        Strategy.FinishRecalculate();
    }

    private void MoveTo(DateTime time)
    {
        if (time <= MarketTime) return;
        MarketTime = time;
        foreach (var callback in Timers.MoveTo(time)) callback();
    }

    private void Paint()
    {
        if (_disposed || !_isLoaded || !Strategy.EnableCustomDrawing) return;
        var context = new RecordingContext();
        Strategy.Render(context, DrawingLayouts.Final);
        lock (_drawing) _drawn = context.Drawn;
    }
}
