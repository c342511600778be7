using System;
using System.ComponentModel;
using ATAS.DataFeedsCore;
using OFT.Rendering.Context;
using Tapewire.Platform;

namespace ATAS.Indicators;

public abstract class Indicator : INotifyPropertyChanged, IDisposable
{
    protected Indicator(bool useCandles = false)
    {
        _ = useCandles;
    }

    public event PropertyChangedEventHandler? PropertyChanged;
    public string Name { get; set; } = "";
    public int CurrentBar => Window?.BarCount ?? 0;
    public bool AlertsEnabled { get; set; }
    public bool EnableCustomDrawing { get; set; }

    /// <summary>The chart it is on; null before.</summary>
    internal ChartWindow? Window { get; set; }
    internal DrawingLayouts Layouts { get; private set; } = DrawingLayouts.LatestBar;
    protected ITradingManager? TradingManager => Window?.TradingManager;
    protected IChart? ChartInfo => Window?.Chart;
    protected IInstrumentInfo? InstrumentInfo => Window;
    protected string? Instrument => Window?.Instrument.SecurityId;
    protected DateTime MarketTime => Window?.MarketTime ?? default;
    protected DateTime UtcTime => MarketTime;

    public void SubscribeToTimer(TimeSpan period, Action callback) => Window?.Timers.Subscribe(period, callback);

    public void UnsubscribeFromTimer(TimeSpan period, Action callback) => Window?.Timers.Unsubscribe(period, callback);

    public void Dispose() => OnDispose();

    internal void Initialize() => OnInitialize();

    internal void Recalculate() => OnRecalculate();

    internal void FinishRecalculate() => OnFinishRecalculate();

    internal void Calculate(int bar, decimal value) => OnCalculate(bar, value);

    internal void Render(RenderContext context, DrawingLayouts layout) => OnRender(context, layout);

    internal void TellNewOrder(Order order) => OnNewOrder(order);

    internal void TellOrderChanged(Order order) => OnOrderChanged(order);

    internal void TellRegisterFailed(Order order, string message) => OnOrderRegisterFailed(order, message);

    internal void TellCancelFailed(Order order, string message) => OnOrderCancelFailed(order, message);

    internal void TellModifyFailed(Order order, Order newOrder, string message) => OnOrderModifyFailed(order, newOrder, message);

    internal void TellNewMyTrade(MyTrade trade) => OnNewMyTrade(trade);

    internal void TellPositionChanged(Position position) => OnPositionChanged(position);

    internal void TellPortfolioChanged(Portfolio portfolio) => OnPortfolioChanged(portfolio);

    protected abstract void OnCalculate(int bar, decimal value);

    protected virtual void OnInitialize() { }

    protected virtual void OnRecalculate() { }

    protected virtual void OnFinishRecalculate() { }

    protected virtual void OnRender(RenderContext context, DrawingLayouts layout) { }

    protected virtual void OnNewOrder(Order order) { }

    protected virtual void OnOrderChanged(Order order) { }

    protected virtual void OnOrderRegisterFailed(Order order, string message) { }

    protected virtual void OnOrderCancelFailed(Order order, string message) { }

    protected virtual void OnOrderModifyFailed(Order order, Order newOrder, string error) { }

    protected virtual void OnNewMyTrade(MyTrade myTrade) { }

    protected virtual void OnPositionChanged(Position position) { }

    protected virtual void OnPortfolioChanged(Portfolio portfolio) { }

    protected virtual void OnDispose() { }

    protected IndicatorCandle GetCandle(int bar) => Window?.CandleAt(bar) ?? throw new InvalidOperationException("There is no chart yet.");

    protected void RecalculateValues() => Window?.RecalculateSoon();

    protected void RedrawChart() => Window?.RedrawSoon();

    protected void SubscribeToDrawingEvents(DrawingLayouts layouts) => Layouts = layouts;

    protected void DoActionInGuiThread(Action action) => Window?.InWindow(action);

    protected void AddAlert(string soundFile, string message) => Window?.Recorder.Alert(soundFile, message);

    protected void RaisePropertyChanged(string propertyName) =>
        PropertyChanged?.Invoke(this, new PropertyChangedEventArgs(propertyName));
}
