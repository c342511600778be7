using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ATAS.Indicators;
using ATAS.Strategies.Chart;
using Tapewire.Platform;
using Xunit;

namespace Tapewire.Bridge.Strategy.Tests;

/// <summary>A person's desk: an exchange, the platform with one chart of ETHUSDT and the strategy on it, and a server. In real time.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private static readonly Instrument Eth = new() { Symbol = "ETHUSDT" };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RealTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tapewire-desk-").FullName;
    private readonly ConnectorSettings _connector;

    public Desk(ConnectorSettings? connector = null, ExchangeSettings? exchange = null)
    {
        _connector = connector ?? new ConnectorSettings();
        Exchange = new SimulatedExchange(_time, [Eth], seed: 1, exchange ?? new ExchangeSettings { RoundTripMs = 20 });
        Exchange.Quote("ETHUSDT", 3_500.00m, 3_500.10m);
        KeyPath = Path.Combine(_folder, "api-key");
        File.WriteAllText(KeyPath, "tw_secret\n");
        Platform = NewPlatform();
    }

    public FakeApi Api { get; } = new();

    public SimulatedExchange Exchange { get; }

    public AtasPlatform Platform { get; private set; }

    public ChartWindow Chart => Platform.Charts[0];

    public string KeyPath { get; }

    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    public string Line => Chart.Drawn.Texts.Count > 0 ? Chart.Drawn.Texts[0] : "";

    public decimal Position => Exchange.PositionOf("DEMO-1", "ETHUSDT").Quantity;

    public async Task<ChartStrategy> Open(int bars = 10, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ServerUrl"] = Api.Url.ToString(), ["KeyFilePath"] = KeyPath, ["ExecutorName"] = Name, ["Mode"] = "Auto", ["TradeWithoutExpectancy"] = "True", ["QuoteAgeMsMax"] = "60000", ["MaxSlippageBps"] = "100",
        };
        foreach (var (name, value) in more) settings[name] = value;
        var chart = Platform.AddChart("ETHUSDT", () => new TapewireStrategy(), settings);
        chart.Load([.. Enumerable.Range(0, bars).Select(bar => new IndicatorCandle { Time = DateTime.UtcNow.AddMinutes(bar - bars), Open = 3_500, High = 3_500, Low = 3_500, Close = 3_500 })]);
        Market(3_500.00m);
        // Before its chart is there, a strategy cannot be started.
        await Until(() => chart.Strategy.Security is not null && chart.Strategy.CurrentBar >= bars, "the history is loaded");
        return chart.Strategy;
    }

    public async Task<ChartStrategy> Trading(params (string Name, string Value)[] more)
    {
        var strategy = await Open(10, more);
        await strategy.StartAsync();
        await Until(() => Api.StreamCount == 1, "the stream is open");
        return strategy;
    }

    public void Market(decimal bid)
    {
        Exchange.Quote("ETHUSDT", bid, bid + 0.10m);
        Exchange.Trade("ETHUSDT", bid);
        Chart.Quote(bid, 1, bid + 0.10m, 1, _time.Now);
        Chart.Trade(bid, 0.5m, isBuy: true, _time.Now);
    }

    public IEnumerable<OrderView> Working => Exchange.WorkingOrders("DEMO-1");

    public void KillAndRestart()
    {
        Platform.Dispose();
        Platform = NewPlatform();
    }

    /// <summary>Looks until it is so. Fails when it never is; how long it took is not the point.</summary>
    public async Task Until(Func<bool> isSo, string what)
    {
        var giveUpAt = DateTime.UtcNow + Patience;
        while (!isSo())
        {
            if (DateTime.UtcNow > giveUpAt) Assert.Fail($"never: {what}. The line: {Line}. The log:\n{string.Join("\n", Platform.Recorder.Logs.TakeLast(30))}\n{string.Join("\n", Platform.Recorder.Faults)}");
            await Task.Delay(20);
        }
    }

    public async Task UntilLine(string part)
    {
        await Until(
            () =>
            {
                Chart.PaintAsync().GetAwaiter().GetResult();
                return Line.Contains(part, StringComparison.Ordinal);
            },
            $"the line says \"{part}\"");
    }

    public async ValueTask DisposeAsync()
    {
        Platform.Dispose();
        _time.Dispose();
        await Api.DisposeAsync();
        var memory = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.Create), "Tapewire", "bridge");
        if (Directory.Exists(memory))
        {
            foreach (var file in Directory.EnumerateFiles(memory, $"{Name.Replace('-', '_')}*")) File.Delete(file);
        }
        Directory.Delete(_folder, recursive: true);
    }

    private AtasPlatform NewPlatform()
    {
        var platform = new AtasPlatform(new PlatformOptions { Time = _time, Link = Exchange.Connect(), Instruments = [Eth], Connector = _connector });
        platform.Connector.Ready.GetAwaiter().GetResult();
        return platform;
    }
}
