using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using ATAS.Indicators;

namespace Tapewire.Platform.Host;

internal sealed record ChartConfiguration(string Symbol, IReadOnlyDictionary<string, string> Settings);

internal sealed record PlatformConfiguration(
    string Url,
    string KeyFile,
    int ExchangePort,
    string Account,
    IReadOnlyList<Instrument> Instruments,
    string Strategy,
    IReadOnlyList<ChartConfiguration> Charts,
    ConnectorSettings Connector,
    ulong Seed,
    double HangBoundMs);

/// <summary>
/// A platform with its charts, fed by the market of a Tapewire server and connected to an exchange in another process. Says
/// <c>loaded</c> when every chart has its history; strategies are stopped then. Commands: <c>start</c>, <c>stop</c>, <c>connector</c>,
/// <c>snapshot</c>.
/// </summary>
internal sealed class PlatformProcess(AtasPlatform platform, IReadOnlyList<ChartConfiguration> charts, Func<ATAS.Strategies.Chart.ChartStrategy> create)
{
    private const int HistoryBars = 120;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task RunAsync(LineControl lines)
    {
        var configuration = await lines.ReadConfigurationAsync<PlatformConfiguration>().ConfigureAwait(false);
        using var time = new RealTime();
        using var link = await TcpLink.ConnectAsync(configuration.ExchangePort).ConfigureAwait(false);
        using var platform = new AtasPlatform(new PlatformOptions
        {
            Time = time,
            Link = link,
            Instruments = configuration.Instruments,
            Account = configuration.Account,
            Seed = configuration.Seed,
            Connector = configuration.Connector,
            HangBound = TimeSpan.FromMilliseconds(configuration.HangBoundMs),
        });
        await platform.Connector.Ready.ConfigureAwait(false);
        var process = new PlatformProcess(platform, configuration.Charts, new StrategyFile(configuration.Strategy).Load());
        var symbols = configuration.Charts.Select(chart => chart.Symbol);
        using var market = new MarketStream(configuration.Url, configuration.KeyFile, symbols, process.Hear);
        _ = process._loaded.Task.ContinueWith(_ => lines.Say(new { loaded = true }), TaskScheduler.Default);
        await lines.ServeAsync(process.RunAsync, market.Ended).ConfigureAwait(false);
    }

    private static IReadOnlyList<IndicatorCandle> HistoryBefore(QuoteEvent first) =>
        [.. Enumerable.Range(-HistoryBars, HistoryBars).Select(minute => new IndicatorCandle
        {
            Time = first.Time.AddMinutes(minute),
            LastTime = first.Time.AddMinutes(minute).AddSeconds(59),
            Open = first.Bid,
            High = first.Ask,
            Low = first.Bid,
            Close = first.Bid,
            Volume = 1,
        })];

    private void Hear(MarketEvent heard)
    {
        var window = platform.Charts.FirstOrDefault(chart => chart.Symbol == heard.Symbol);
        switch (heard)
        {
            case QuoteEvent quote:
                window ??= Open(quote);
                window.Quote(quote.Bid, quote.BidSize, quote.Ask, quote.AskSize, quote.Time);
                break;
            case TradeEvent trade:
                window?.Trade(trade.Price, trade.Size, trade.IsBuy, trade.Time);
                break;
        }
    }

    /// <summary>A chart appears with the first price there is.</summary>
    private ChartWindow Open(QuoteEvent first)
    {
        var window = platform.AddChart(first.Symbol, create, charts.Single(chart => chart.Symbol == first.Symbol).Settings);
        window.Load(HistoryBefore(first));
        if (platform.Charts.Count == charts.Count) _loaded.SetResult();
        return window;
    }

    private async Task<object?> RunAsync(string name, JsonElement command)
    {
        switch (name)
        {
            case "start":
                foreach (var chart in platform.Charts) await chart.Strategy.StartAsync().ConfigureAwait(false);
                return null;
            case "stop":
                foreach (var chart in platform.Charts) await chart.Strategy.StopAsync().ConfigureAwait(false);
                return null;
            case "connector":
                platform.Connector.Settings = command.GetProperty("settings").Deserialize<ConnectorSettings>(LineControl.Json)!;
                return null;
            case "snapshot":
                return await SnapshotAsync().ConfigureAwait(false);
            default:
                throw new ArgumentException($"the platform has no command {name}");
        }
    }

    private async Task<object> SnapshotAsync()
    {
        foreach (var chart in platform.Charts) await chart.PaintAsync().ConfigureAwait(false);
        return new
        {
            charts = platform.Charts.Select(chart => new
            {
                symbol = chart.Symbol,
                state = chart.Strategy.State,
                drawn = chart.Drawn.Texts,
                position = chart.Strategy.CurrentPosition,
            }).ToArray(),
            alerts = platform.Recorder.Alerts,
            logs = platform.Recorder.Logs,
            hangs = platform.Recorder.Hangs,
            faults = platform.Recorder.Faults,
        };
    }
}
