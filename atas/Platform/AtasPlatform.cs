using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Threading.Tasks;
using ATAS.Strategies.Chart;

namespace Tapewire.Platform;

/// <summary>What a platform is started with.</summary>
public sealed record PlatformOptions
{
    public required PlatformTime Time { get; init; }
    public required IExchangeLink Link { get; init; }
    public required IReadOnlyList<Instrument> Instruments { get; init; }
    public string Account { get; init; } = "DEMO-1";
    public ulong Seed { get; init; } = 1;
    public ConnectorSettings Connector { get; init; } = new();

    /// <summary>A handler may hold a thread of the platform for so long.</summary>
    public TimeSpan HangBound { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>
/// A running ATAS: charts, one connection, its threads. It begins with every strategy stopped, as ATAS does, and when it ends, or is
/// killed, the exchange goes on without it.
/// </summary>
public sealed class AtasPlatform : IDisposable
{
    private readonly List<ChartWindow> _charts = [];
    private readonly List<Lane> _lanes = [];
    private readonly IReadOnlyList<Instrument> _instruments;
    private readonly Lane _windows;
    private readonly Lane _background;

    public AtasPlatform(PlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Time = options.Time;
        Recorder = new Recorder(options.HangBound);
        _instruments = options.Instruments;
        _windows = AddLane("windows", isWindows: true);
        _background = AddLane("background");
        var lanes = (AddLane("connection: orders"), AddLane("connection: trades"));
        Connector = new Connector(Time, options.Link, options.Account, _instruments, options.Connector, options.Seed, lanes);
    }

    public PlatformTime Time { get; }

    public Recorder Recorder { get; }

    public Connector Connector { get; }

    public IReadOnlyList<ChartWindow> Charts => _charts;

    /// <summary>
    /// Puts a strategy on a new chart. It is made and its settings are set on a background thread, before there is a chart.
    /// </summary>
    /// <param name="symbol">Of one of the instruments.</param>
    /// <param name="create">Makes the strategy.</param>
    /// <param name="settings">Values by the names of its properties, as text.</param>
    public ChartWindow AddChart(string symbol, Func<ChartStrategy> create, IReadOnlyDictionary<string, string>? settings = null)
    {
        var instrument = _instruments.Single(known => known.Symbol == symbol);
        var made = new TaskCompletionSource<ChartStrategy>(TaskCreationOptions.RunContinuationsAsynchronously);
        _background.Post("settings", () =>
        {
            try
            {
                var strategy = create();
                foreach (var (name, value) in settings ?? new Dictionary<string, string>()) Set(strategy, name, value);
                made.SetResult(strategy);
            }
#pragma warning disable CA1031 // Handed to whoever adds the chart.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                made.SetException(fault);
            }
        });
        var chart = new ChartWindow(this, instrument, made.Task.GetAwaiter().GetResult(), AddLane($"data: {symbol}"), _windows);
        _charts.Add(chart);
        return chart;
    }

    public void Dispose()
    {
        foreach (var chart in _charts) chart.Dispose();
        Connector.Dispose();
        foreach (var lane in _lanes) lane.Dispose();
    }

    private static void Set(ChartStrategy strategy, string name, string value)
    {
        var property = TypeDescriptor.GetProperties(strategy)[name]
            ?? throw new ArgumentException($"{strategy.GetType().Name} has no setting {name}");
        property.SetValue(strategy, property.Converter.ConvertFromInvariantString(value));
    }

    private Lane AddLane(string name, bool isWindows = false)
    {
        var lane = new Lane(name, Recorder, isWindows);
        _lanes.Add(lane);
        (Time as VirtualTime)?.Watch(lane);
        return lane;
    }
}
