using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Pilot;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Tests.Server;
using Tapewire.Bridge.Tests.Trading;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Pilot;

/// <summary>The whole bridge in virtual time, between a scripted server and a venue with its platform, on a disk that outlives it.</summary>
internal sealed class BridgeWorld
{
    private const int StepMs = 50;

    private int _ids;

    public BridgeWorld(int seed = 1, Traits? traits = null)
    {
        Server = new ScriptedServer(Time);
        Venue = new Venue(new Random(seed), traits ?? new Traits { HasReduceOnly = true, ListsFinished = true, ListsPending = true, MessageMsMax = 20 })
        {
            IsCalm = traits is null,
        };
    }

    public VirtualTime Time { get; } = new();

    public ScriptedServer Server { get; }

    public VirtualDisk Disk { get; } = new();

    public Venue Venue { get; }

    public BridgeProcess? Process { get; private set; }

    public bool IsRealAccount { get; set; }

    public bool IsMemoryDamaged { get; set; }

    public bool HasQuote { get; set; } = true;

    public static BridgeSettings Settings { get; } = new()
    {
        Consumer = "test",
        Mode = TradeMode.Auto,
        Gate = new GateSettings { Instrument = "ETHUSDT@Sim", RequiresExpectancy = false, MaxSlippageBps = 500 },
        Plan = new PlanSettings { Sizing = new SizingSettings { Mode = SizingMode.Fixed, Value = 10, LeverageMax = 100 } },
    };

    public IEnumerable<VenueOrder> Entries => Venue.Orders.Where(order => order.Request.Leg == Leg.Entry);

    public BridgeProcess Start(Func<BridgeSettings, BridgeSettings>? change = null)
    {
        Venue.IsUp = true;
        Process = new BridgeProcess(this, change?.Invoke(Settings) ?? Settings);
        Process.Actor.Start();
        Pass(300);
        return Process;
    }

    public void Pass(double ms)
    {
        for (var passed = 0d; passed < ms; passed += StepMs)
        {
            Time.Pass(StepMs);
            foreach (var happened in Venue.Step(StepMs)) Process?.Hear(happened);
            Time.Settle();
        }
    }

    /// <summary>At the market, with stop and targets around it.</summary>
    public void Issue(string id, Action<JsonObject>? change = null)
    {
        Time.Lane.Post(() => Server.Issue(id, signal =>
        {
            signal["entry_price"] = Venue.Price;
            signal["stop_loss"] = Venue.Price - 15;
            (signal["tp1"], signal["take_profit"], signal["tp2"], signal["tp3"]) = (Venue.Price + 10, Venue.Price + 20, Venue.Price + 20, Venue.Price + 30);
            signal["leverage"] = 100;
            signal["max_slippage_bps"] = null;
            signal["version"] = 1;
            change?.Invoke(signal);
        }));
        Time.Settle();
    }

    public List<ReportBody> ReportsOf(string id) =>
        [.. Server.Reports.Where(report => report.Delivery == $"{id}.default").Select(report => report.Body)];

    public string NewId() => (++_ids).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed class BridgeProcess : ITransport, IClock, IStore, IBroker, IBridgeView
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly BridgeWorld _world;
    private bool _isDead;

    public BridgeProcess(BridgeWorld world, BridgeSettings settings)
    {
        _world = world;
        Actor = new BridgeActor(new BridgeParts
        {
            Settings = settings, Transport = this, Store = this, Broker = this, View = this, Clock = this, Lane = world.Time.Lane, NewId = world.NewId,
        });
    }

    public BridgeActor Actor { get; }

    public List<string> Lines { get; } = [];

    public List<string> Alerts { get; } = [];

    public BridgeStatus? Status { get; private set; }

    public double MonotonicMs => _world.Time.MonotonicMs;

    public double WallMs => _world.Time.WallMs;

    public Quote? Quote => _world.HasQuote ? new Quote(_world.Venue.Price, _world.Venue.Price, Actor.NowMs) : null;

    public InstrumentTerms? Instrument { get; } = new() { Name = "ETHUSDT@Sim", TickSize = 1, TickCost = 1, LotSize = 1 };

    public AccountTerms? Account => new() { Id = "SIM", Balance = 1_000_000, IsRealAccount = _world.IsRealAccount };

    public ConnectorTerms Connector { get; } = new() { HasReduceOnly = true };

    public void Kill()
    {
        _isDead = true;
        _world.Venue.IsUp = false;
    }

    public void Hear(BracketEvent happened)
    {
        if (!_isDead) Actor.Hear(happened);
    }

    public Task PlaceAsync(OrderRequest request, CancellationToken cancellation) => Do(() => _world.Venue.Place(request));

    public Task ModifyAsync(OrderModification modification, CancellationToken cancellation) => Do(() => _world.Venue.Modify(modification));

    public Task CancelAsync(string comment, CancellationToken cancellation) => Do(() => _world.Venue.Cancel(comment));

    public OrdersListing ListOrders() => _world.Venue.List();

    public void Log(Weight weight, string text) => Lines.Add($"{weight} {text}");

    public void Alert(string text) => Alerts.Add(text);

    public void Show(BridgeStatus status) => Status = status;

    public async Task Sleep(double ms, CancellationToken cancellation)
    {
        await _world.Time.Sleep(ms, cancellation);
        if (_isDead) await Never;
    }

    public async Task<HttpReply> Request(HttpCall request)
    {
        if (_isDead) await Never;
        try
        {
            var reply = await _world.Server.Answer(request);
            if (_isDead) await Never;
            return reply;
        }
        catch (TransportException) when (_isDead)
        {
            await Never;
            throw;
        }
    }

    public async IAsyncEnumerable<ServerEvent> Events(string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var told in _world.Server.Events(cancellation))
        {
            if (_isDead) await Never;
            yield return told;
        }
    }

    public Task<IReadOnlyList<LedgerRecord>> Load() =>
        _world.IsMemoryDamaged ? throw new StoreDamagedException("line 2 is not a record") : Task.FromResult<IReadOnlyList<LedgerRecord>>([.. _world.Disk.Records.Select(VirtualDisk.Copy)]);

    public async Task Append(LedgerRecord record)
    {
        if (_isDead) await Never;
        await _world.Disk.Script(record);
        if (_isDead) await Never;
        _world.Disk.Records.Add(VirtualDisk.Copy(record));
    }

    public Task Compact(IReadOnlyList<LedgerRecord> records)
    {
        _world.Disk.Replace(records);
        return Task.CompletedTask;
    }

    private Task Do(Action act)
    {
        if (_isDead) return Never;
        act();
        return Task.CompletedTask;
    }
}
