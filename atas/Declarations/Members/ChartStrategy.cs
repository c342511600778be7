using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using Utils.Common.Logging;

namespace ATAS.Strategies.Chart;

public abstract class ChartStrategy : Indicator, ILoggerSource
{
    protected ChartStrategy(bool useCandles = false) : base(useCandles) { }

    public event EventHandler<StrategyStateChangedEventArgs>? StateChanged { add { } remove { } }

    public event EventHandler<StrategyNotificationEventArgs>? ShowNotification { add { } remove { } }
    public Guid LoggerId => default;
    public string LoggerName { get; set; } = "";
    public LoggingLevel LoggingLevel { get; set; }
    public StrategyStates State => default;
    public bool IsActivated => false;
    public decimal CurrentPosition => 0;
    public decimal AveragePrice => 0;
    public decimal OpenPnL => 0;
    public decimal ClosedPnL => 0;

    /// <summary>Null until the strategy is on a chart.</summary>
    public Security? Security => null;
    public Portfolio? Portfolio => null;
    public MarketDataArg? BestBid => null;
    public MarketDataArg? BestAsk => null;

    /// <summary>Of this run of this strategy only: empty after a restart of the platform.</summary>
    public IEnumerable<Order> Orders => [];
    public IEnumerable<MyTrade> MyTrades => [];

    public Task StartAsync() => Task.CompletedTask;

    public Task SuspendAsync() => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public Task StopWithNotificationAsync(string message) => Task.CompletedTask;

    /// <summary>Sends when started; otherwise returns without a word. Throws when refused.</summary>
    public Task OpenOrderAsync(Order order) => Task.CompletedTask;

    public Task ModifyOrderAsync(Order order, Order newOrder) => Task.CompletedTask;

    public Task CancelOrderAsync(Order order) => Task.CompletedTask;

    protected virtual void OnStarted() { }

    protected virtual void OnSuspended() { }

    protected virtual void OnStopping() { }

    protected virtual void OnStopped() { }

    protected virtual void OnCurrentPositionChanged() { }

    /// <summary>True for the last bar of a started strategy.</summary>
    protected virtual bool CanProcess(int bar) => false;

    /// <summary>The nearest price on a tick.</summary>
    protected decimal ShrinkPrice(decimal price) => price;

    protected void RaiseShowNotification(string message, string? title = null, LoggingLevel level = LoggingLevel.Info) { }
}
