using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using Utils.Common.Logging;

namespace ATAS.Strategies.Chart;

public abstract class ChartStrategy : Indicator, ILoggerSource
{
    private readonly List<Order> _orders = [];

    protected ChartStrategy(bool useCandles = false) : base(useCandles) { }

    public event EventHandler<StrategyStateChangedEventArgs>? StateChanged;

    public event EventHandler<StrategyNotificationEventArgs>? ShowNotification;
    public Guid LoggerId { get; } = Guid.NewGuid();
    public string LoggerName { get; set; } = "";
    public LoggingLevel LoggingLevel { get; set; }
    public StrategyStates State { get; private set; }
    public bool IsActivated => State == StrategyStates.Started;
    public decimal CurrentPosition => Window?.TradingManager?.Position?.Volume ?? 0;
    public decimal AveragePrice => Window?.TradingManager?.Position?.AveragePrice ?? 0;
    public decimal OpenPnL => Window?.OpenProfit ?? 0;
    public decimal ClosedPnL => Window?.TradingManager?.Position?.RealizedPnL ?? 0;
    public Security? Security => Window?.TradingManager?.Security;
    public Portfolio? Portfolio => Window?.TradingManager?.Portfolio;
    public MarketDataArg? BestBid => Window?.BestBid;
    public MarketDataArg? BestAsk => Window?.BestAsk;

    public IEnumerable<Order> Orders
    {
        get { lock (_orders) return [.. _orders]; }
    }

    public IEnumerable<MyTrade> MyTrades
    {
        get
        {
            var ids = Orders.Select(order => order.Id).OfType<string>().ToHashSet();
            return Window?.TradingManager?.MyTrades.Where(trade => trade.OrderId is { } id && ids.Contains(id)) ?? [];
        }
    }

    public Task StartAsync() => Change(StrategyStates.Started);

    public Task SuspendAsync() => Change(StrategyStates.Suspended);

    public Task StopAsync() => Change(StrategyStates.Stopped);

    public Task StopWithNotificationAsync(string message)
    {
        RaiseShowNotification(message);
        return StopAsync();
    }

    public Task OpenOrderAsync(Order order)
    {
        if (Sends() is not { } window) return Task.CompletedTask;
        var sent = window.Connector.Open(order);
        lock (_orders) _orders.Add(order);
        return sent;
    }

    public Task ModifyOrderAsync(Order order, Order newOrder) => Sends()?.Connector.Modify(order, newOrder) ?? Task.CompletedTask;

    public Task CancelOrderAsync(Order order) => Sends()?.Connector.Cancel(order) ?? Task.CompletedTask;

    protected virtual void OnStarted() { }

    protected virtual void OnSuspended() { }

    protected virtual void OnStopping() { }

    protected virtual void OnStopped() { }

    protected virtual void OnCurrentPositionChanged() { }

    protected virtual bool CanProcess(int bar) => State == StrategyStates.Started && bar == CurrentBar - 1;

    protected decimal ShrinkPrice(decimal price) =>
        Security is { TickSize: > 0 } security ? Math.Round(price / security.TickSize, MidpointRounding.AwayFromZero) * security.TickSize : price;

    protected void RaiseShowNotification(string message, string? title = null, LoggingLevel level = LoggingLevel.Info)
    {
        Window?.Recorder.Said("notification", title is null ? message : $"{title}: {message}");
        ShowNotification?.Invoke(this, new StrategyNotificationEventArgs());
    }

    internal void TellCurrentPositionChanged() => OnCurrentPositionChanged();

    /// <summary>Only a started strategy on a chart sends. Anything else is silence, not an exception.</summary>
    private Tapewire.Platform.ChartWindow? Sends() => State == StrategyStates.Started ? Window : null;

    private Task Change(StrategyStates next) => Window is { } window ? window.InWindow(() => ChangeHere(next)) : Task.CompletedTask;

    private void ChangeHere(StrategyStates next)
    {
        if (State == next) return;
        if (next == StrategyStates.Stopped) OnStopping();
        State = next;
        StateChanged?.Invoke(this, new StrategyStateChangedEventArgs());
        if (next == StrategyStates.Started) OnStarted();
        else if (next == StrategyStates.Suspended) OnSuspended();
        else OnStopped();
    }
}
