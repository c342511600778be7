using System;
using System.ComponentModel;
using ATAS.DataFeedsCore;
using OFT.Rendering.Context;

namespace ATAS.Indicators;

public abstract class Indicator : INotifyPropertyChanged, IDisposable
{
    protected Indicator(bool useCandles = false) { }

    public event PropertyChangedEventHandler? PropertyChanged;
    public string Name { get; set; } = "";
    public int CurrentBar => 0;
    public bool AlertsEnabled { get; set; }

    /// <summary>Draws with <see cref="OnRender"/> when true.</summary>
    public bool EnableCustomDrawing { get; set; }

    /// <summary>Null until the indicator is on a chart with an account.</summary>
    protected ITradingManager? TradingManager => null;
    protected IChart? ChartInfo => null;
    protected IInstrumentInfo? InstrumentInfo => null;
    protected string? Instrument => null;

    /// <summary>The time of the newest market data, UTC; not a clock.</summary>
    protected DateTime MarketTime => default;
    protected DateTime UtcTime => default;

    public void SubscribeToTimer(TimeSpan period, Action callback) { }

    public void UnsubscribeFromTimer(TimeSpan period, Action callback) { }

    public void Dispose() => OnDispose();

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

    protected IndicatorCandle GetCandle(int bar) => new();

    protected void RecalculateValues() { }

    protected void RedrawChart() { }

    protected void SubscribeToDrawingEvents(DrawingLayouts layouts) { }

    protected void DoActionInGuiThread(Action action) { }

    /// <param name="soundFile">The name of a sound, such as <c>alert1</c>.</param>
    /// <param name="message">What the alert says.</param>
    protected void AddAlert(string soundFile, string message) { }

    protected void RaisePropertyChanged(string propertyName) =>
        PropertyChanged?.Invoke(this, new PropertyChangedEventArgs(propertyName));
}
