using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Drawing;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Indicators;
using ATAS.Strategies.Chart;
using OFT.Rendering.Context;
using OFT.Rendering.Tools;
using Utils.Common.Logging;
using Xunit;

namespace Tapewire.Platform.Tests;

/// <summary>What a strategy was told, and on which thread.</summary>
internal sealed record Heard(string What, string Thread, string? Comment = null, Order? Order = null, MyTrade? Trade = null, string? Message = null);

/// <summary>A strategy that notes down everything, and does what the test gives it to do.</summary>
internal sealed class RecordingStrategy : ChartStrategy
{
    public ConcurrentQueue<Heard> All { get; } = new();
    public Action<RecordingStrategy, Heard>? On { get; set; }
    public Action<RecordingStrategy, int>? OnBar { get; set; }
    public int Lots { get; set; }
    public string SetterThread { get; private set; } = "";
    public bool HadChartInSetter { get; private set; }
    public bool Paints { set => EnableCustomDrawing = value; }

    public string Note
    {
        get => "";
        set
        {
            SetterThread = Thread.CurrentThread.Name ?? "";
            HadChartInSetter = TradingManager is not null;
            _ = value;
        }
    }

    public ITradingManager Trading => TradingManager!;
    public DateTime Market => MarketTime;
    public IEnumerable<Heard> Of(string what) => All.Where(heard => heard.What == what);
    public bool Can(int bar) => CanProcess(bar);
    public decimal Shrink(decimal price) => ShrinkPrice(price);
    public void Alert(string sound, string message) => AddAlert(sound, message);
    public void Log(string format, params object[] args) => this.LogInfo(format, args);
    public void InWindow(Action action) => DoActionInGuiThread(action);

    public Order Make(OrderDirections direction, OrderTypes type, decimal quantity, decimal price = 0, string? comment = null) => new()
    {
        Security = Security!,
        Portfolio = Portfolio!,
        Direction = direction,
        Type = type,
        QuantityToFill = quantity,
        Price = type == OrderTypes.Limit ? price : 0,
        TriggerPrice = type == OrderTypes.Stop ? price : 0,
        Comment = comment,
    };

    protected override void OnInitialize() => Hear(new Heard("OnInitialize", Here()));

    protected override void OnCalculate(int bar, decimal value)
    {
        Hear(new Heard("OnCalculate", Here(), $"{bar} of {CurrentBar} {State}"));
        OnBar?.Invoke(this, bar);
    }

    protected override void OnFinishRecalculate() => Hear(new Heard("OnFinishRecalculate", Here()));
    protected override void OnStarted() => Hear(new Heard("OnStarted", Here()));
    protected override void OnStopping() => Hear(new Heard("OnStopping", Here()));
    protected override void OnStopped() => Hear(new Heard("OnStopped", Here()));
    protected override void OnDispose() => Hear(new Heard("OnDispose", Here()));
    protected override void OnNewOrder(Order order) => Hear(new Heard("OnNewOrder", Here(), order.Comment, order));
    protected override void OnOrderChanged(Order order) =>
        Hear(new Heard("OnOrderChanged", Here(), order.Comment, order, Message: $"{order.Status()} {order.Filled()}"));
    protected override void OnOrderRegisterFailed(Order order, string message) =>
        Hear(new Heard("OnOrderRegisterFailed", Here(), order.Comment, order, Message: message));
    protected override void OnOrderCancelFailed(Order order, string message) =>
        Hear(new Heard("OnOrderCancelFailed", Here(), order.Comment, order, Message: message));
    protected override void OnOrderModifyFailed(Order order, Order newOrder, string error) =>
        Hear(new Heard("OnOrderModifyFailed", Here(), order.Comment, order, Message: error));
    protected override void OnNewMyTrade(MyTrade myTrade) =>
        Hear(new Heard("OnNewMyTrade", Here(), myTrade.Order?.Comment, Trade: myTrade));
    protected override void OnPositionChanged(Position position) => Hear(new Heard("OnPositionChanged", Here(), $"{position.Volume}"));
    protected override void OnPortfolioChanged(Portfolio portfolio) => Hear(new Heard("OnPortfolioChanged", Here(), $"{portfolio.Balance}"));

    protected override void OnRender(RenderContext context, DrawingLayouts layout)
    {
        context.DrawString($"drawn on {Here()}", new RenderFont("Arial", 10), Color.White, 10, 10);
        context.DrawLine(new RenderPen(Color.Red), 0, ChartInfo!.PriceChartContainer.GetYByPrice(3_499m, false), 1_600, 0);
    }

    private static string Here() => Thread.CurrentThread.Name ?? "no name";

    private void Hear(Heard heard)
    {
        All.Enqueue(heard);
        On?.Invoke(this, heard);
    }
}

/// <summary>An exchange and a platform in virtual time, with one chart of ETHUSDT quoted at 3500.00 / 3500.10.</summary>
internal sealed class World : IDisposable
{
    public static readonly Instrument Eth = new() { Symbol = "ETHUSDT" };

    public World(ExchangeSettings? exchange = null, ConnectorSettings? connector = null, ulong seed = 1)
    {
        Exchange = new SimulatedExchange(Time, [Eth], seed, exchange);
        Connector = connector ?? new ConnectorSettings();
        Exchange.Quote("ETHUSDT", 3_500.00m, 3_500.10m);
        Platform = NewPlatform();
    }

    public VirtualTime Time { get; } = new();
    public SimulatedExchange Exchange { get; }
    public ConnectorSettings Connector { get; }
    public AtasPlatform Platform { get; private set; }

    public static IReadOnlyList<IndicatorCandle> History(int bars) =>
        [.. Enumerable.Range(0, bars).Select(bar => new IndicatorCandle
        {
            Time = new DateTime(2026, 1, 5, 11, 0, 0, DateTimeKind.Utc).AddMinutes(bar),
            LastTime = new DateTime(2026, 1, 5, 11, 0, 59, DateTimeKind.Utc).AddMinutes(bar),
            Open = 3_500,
            High = 3_501,
            Low = 3_499,
            Close = 3_500,
        })];

    /// <summary>A strategy on a chart with ten bars of history, stopped.</summary>
    public RecordingStrategy OnChart(Action<RecordingStrategy>? prepare = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var strategy = new RecordingStrategy();
        prepare?.Invoke(strategy);
        Platform.AddChart("ETHUSDT", () => strategy, settings).Load(History(10));
        Time.Advance(200);
        return strategy;
    }

    public RecordingStrategy Started(Action<RecordingStrategy>? prepare = null)
    {
        var strategy = OnChart(prepare);
        Await(strategy.StartAsync());
        return strategy;
    }

    /// <summary>The market moves: a quote and a trade that the exchange and the charts see.</summary>
    public void Market(decimal bid, decimal? trade = null, double afterMs = 10)
    {
        Time.Advance(afterMs);
        Exchange.Quote("ETHUSDT", bid, bid + 0.10m);
        if (trade is { } price) Exchange.Trade("ETHUSDT", price);
        foreach (var chart in Platform.Charts)
        {
            chart.Quote(bid, 1, bid + 0.10m, 1, Time.Now);
            if (trade is { } traded) chart.Trade(traded, 0.5m, true, Time.Now);
        }
        Time.Settle();
    }

    /// <summary>The process of the platform is gone, and another one starts.</summary>
    public void KillAndRestart()
    {
        Platform.Dispose();
        Time.Advance(1_000);
        Platform = NewPlatform();
    }

    public void Await(Task task)
    {
        Time.Settle();
        Assert.True(task.Wait(TimeSpan.FromSeconds(10)), "the task does not end");
    }

    public void Dispose()
    {
        Platform.Dispose();
        Time.Dispose();
    }

    private AtasPlatform NewPlatform()
    {
        var platform = new AtasPlatform(new PlatformOptions
        {
            Time = Time,
            Link = Exchange.Connect(),
            Instruments = [Eth],
            Connector = Connector,
        });
        Time.Advance(200);
        return platform;
    }
}
