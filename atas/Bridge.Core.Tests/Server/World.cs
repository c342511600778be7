using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using System.Text.Json;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Server;

/// <summary>Outlives the process. What it keeps went through JSON, as on a real one.</summary>
internal sealed class VirtualDisk
{
    public List<LedgerRecord> Records { get; private set; } = [];

    /// <summary>Asked before each append; may take its time, or throw.</summary>
    public Func<LedgerRecord, Task> Script { get; set; } = _ => Task.CompletedTask;

    public static LedgerRecord Copy(LedgerRecord record) =>
        WireJson.Read<LedgerRecord>(WireJson.Write(record));

    public static string KindOf(LedgerRecord record) =>
        JsonSerializer.SerializeToElement(record, WireJson.Options).GetProperty("kind").GetString()!;

    public void Replace(IEnumerable<LedgerRecord> records) => Records = [.. records.Select(Copy)];
}

/// <summary>Outlives the process. Fills at once unless told otherwise.</summary>
internal sealed class ScriptedVenue
{
    public List<SignalOrder> Submitted { get; } = [];

    public List<string> Cancelled { get; } = [];

    public Dictionary<string, OrderFact> Orders { get; } = [];

    public bool IsComplete { get; set; } = true;

    public ReportType Status { get; set; } = ReportType.Filled;

    /// <summary>Asked after the order has arrived; may take its time, or throw.</summary>
    public Func<SignalOrder, Task> Script { get; set; } = _ => Task.CompletedTask;

    public Action<SignalOrder> Arrived { get; set; } = _ => { };

    public Func<string, OrderFact>? CancelScript { get; set; }

    public Action<OrderFact> Heard { get; set; } = _ => { };

    public async Task<OrderFact> Submit(SignalOrder order)
    {
        Arrived(order);
        Submitted.Add(order);
        var fact = new OrderFact { ClientOrderId = order.ClientOrderId, Status = Status, OrderId = "1", Qty = order.Qty };
        Orders[order.ClientOrderId] = fact;
        await Script(order);
        return fact;
    }

    public OrderFact Cancel(string clientOrderId)
    {
        if (CancelScript is not null) return CancelScript(clientOrderId);
        Cancelled.Add(clientOrderId);
        return Orders[clientOrderId] = new OrderFact { ClientOrderId = clientOrderId, Status = ReportType.Cancelled };
    }
}

/// <summary>
/// A small world in virtual time: the server's part of the protocol, a disk, a venue and two clocks, all of which can be slow,
/// lose things, or lose the process. A process is started, may be killed at any moment, and another one started on its disk.
/// </summary>
internal sealed class World
{
    private int _ids;

    public World()
    {
        Server = new ScriptedServer(Time);
    }

    public VirtualTime Time { get; } = new();

    public ScriptedServer Server { get; }

    public VirtualDisk Disk { get; } = new();

    public ScriptedVenue Venue { get; } = new();

    public List<Notice> Notices { get; } = [];

    /// <summary>What happened, in order: <c>disk intent</c>, <c>POST …/claim</c>, <c>submit</c>, …</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Asked at every step of the process; true kills it there.</summary>
    public Func<string, bool> KillAt { get; set; } = _ => false;

    public List<string> ReportTypes =>
        [.. Server.Reports.Select(report => report.Body.Reason ?? JsonNamingPolicy.SnakeCaseUpper.ConvertName(report.Body.Type.ToString()))];

    public List<Notice> Named(NoticeName name) => [.. Notices.Where(notice => notice.Name == name)];

    public TestProcess Start(Func<ExecutorOptions, ExecutorOptions>? change = null)
    {
        var process = new TestProcess(this, change ?? (options => options));
        Time.Lane.Post(process.Begin);
        return process;
    }

    /// <summary>Started, and with its first session.</summary>
    public TestProcess Ready(Func<ExecutorOptions, ExecutorOptions>? change = null)
    {
        var process = Start(change);
        Time.Pass(10);
        return process;
    }

    /// <summary>On the lane, as whatever happens does.</summary>
    public void Do(Action act)
    {
        Time.Lane.Post(act);
        Time.Settle();
    }

    public void Issue(string id, double thenMs = 10)
    {
        Do(() => Server.Issue(id));
        Time.Pass(thenMs);
    }

    public string NewId()
    {
        _ids += 1;
        return _ids.ToString("D32", CultureInfo.InvariantCulture);
    }
}

internal sealed class TestProcess : ITransport, IClock, IStore, IOrderDesk
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly World _world;
    private bool _isDead;

    public TestProcess(World world, Func<ExecutorOptions, ExecutorOptions> change)
    {
        _world = world;
        Executor = new Executor(change(new ExecutorOptions
        {
            Transport = this,
            Clock = this,
            Store = this,
            Desk = this,
            Consumer = "test",
            Account = "default",
            Decide = (_, _) => Task.FromResult<Decision>(new Decision.Take(0.5m)),
            OnNotice = world.Notices.Add,
            NewId = world.NewId,
        }));
    }

    public Executor Executor { get; }

    /// <summary>Why it ended, once it has.</summary>
    public RunEnd? Ended { get; private set; }

    public double MonotonicMs => _world.Time.MonotonicMs;

    public double WallMs => _world.Time.WallMs;

    public async void Begin() => Ended = await Executor.Run();

    /// <summary>Nothing it began comes back, and nothing new begins.</summary>
    public void Kill() => _isDead = true;

    public Task Stop(double withinMs = 60_000)
    {
        Task? stopped = null;
        _world.Do(() => stopped = Executor.Stop(withinMs));
        return stopped!;
    }

    public async Task Sleep(double ms, CancellationToken cancellation)
    {
        await _world.Time.Sleep(ms, cancellation);
        if (_isDead) await Never;
    }

    public Task<HttpReply> Request(HttpCall request) =>
        Step($"{request.Method} {request.Path.Replace("/api/v1", "", StringComparison.Ordinal).Split('?')[0]}", () => _world.Server.Answer(request));

    public async IAsyncEnumerable<ServerEvent> Events(string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var told in _world.Server.Events(cancellation))
        {
            if (_isDead) await Never;
            yield return told;
        }
    }

    public Task<IReadOnlyList<LedgerRecord>> Load() =>
        Task.FromResult<IReadOnlyList<LedgerRecord>>([.. _world.Disk.Records.Select(VirtualDisk.Copy)]);

    public Task Append(LedgerRecord record) => Step($"disk {VirtualDisk.KindOf(record)}", async () =>
    {
        await _world.Disk.Script(record);
        if (!_isDead) _world.Disk.Records.Add(VirtualDisk.Copy(record));
        return true;
    });

    public Task Compact(IReadOnlyList<LedgerRecord> records)
    {
        _world.Disk.Replace(records);
        return Task.CompletedTask;
    }

    public void Attach(IDeskHost host) => _world.Venue.Heard = fact => _world.Do(() => host.Heard(fact));

    /// <summary>This desk leaves memory and reports to the executor; the one with brackets is in its own tests.</summary>
    public DeskOpening Open(SignalOrder order) => new(Refusal: null, Turn: null);

    public bool Withhold(SignalOrder order, string reason) => false;

    public void Amend(Signal signal)
    {
    }

    public void LookAgain()
    {
    }

    public Task<OrderFact?> Submit(SignalOrder order) => Step<OrderFact?>("submit", async () => await _world.Venue.Submit(order));

    public Task<OrderFact?> CancelEntry(string clientOrderId) =>
        Step<OrderFact?>("cancel", () => Task.FromResult<OrderFact?>(_world.Venue.Cancel(clientOrderId)));

    public Task<FoundOrders> FindOrders(string clientOrderId) => Step("find", () =>
    {
        var orders = _world.Venue.Orders.TryGetValue(clientOrderId, out var fact) ? new[] { fact } : [];
        return Task.FromResult(new FoundOrders(orders, _world.Venue.IsComplete));
    });

    private async Task<T> Step<T>(string step, Func<Task<T>> act)
    {
        if (!_isDead && _world.KillAt(step)) Kill();
        if (_isDead) await Never;
        _world.Steps.Add(step);
        try
        {
            var result = await act();
            if (!_isDead && _world.KillAt($"{step} done")) Kill();
            if (_isDead) await Never;
            return result;
        }
        catch (Exception) when (_isDead)
        {
            await Never;
            throw;
        }
    }
}
