using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Trading;

/// <summary>Faults planted between the machine and the venue, to show that the checker sees them.</summary>
internal enum Mutant
{
    None,
    SiblingStays,
    EntrySentAgain,
    NothingProtects,
    ReportLost,
    StateNotKept,
    OverFillKept,
    PositionHidden,
}

/// <summary>One delivery from grant to rest, against a venue drawn from a seed, with the process killed now and then.</summary>
internal sealed class BracketLife
{
    private const int StepMs = 50;
    private const long CalmAtMs = 90_000;
    private const long EndMs = 180_000;
    private const string SignalId = "01934e4e-8783-7a2b-9c4d-5e6f70819203";

    private readonly Random _random;
    private readonly Mutant _mutant;
    private readonly Traits _traits;
    private readonly Venue _venue;
    private readonly BracketRules _rules = new();
    private readonly Dictionary<string, Report> _reports = [];
    private readonly List<string> _faults = [];
    private readonly List<string> _diary = [];
    private readonly BracketPlan _plan;
    private BracketBook _book;
    private string? _kept;
    private int _callsUntilKill = -1;
    private long _upAtMs;
    private int _entriesSent;
    private long? _nakedSinceMs;
    private decimal _coveredThen;
    private long? _overSinceMs;
    private bool _isLeftToAPerson;
    private long _handAtMs = long.MinValue / 2;

    public BracketLife(int seed, Mutant mutant = Mutant.None)
    {
        _random = new Random(seed);
        _mutant = mutant;
        var isRough = _random.Next(4) != 0;
        _traits = new Traits
        {
            HasReduceOnly = _random.Next(2) == 0,
            CanModify = _random.Next(4) != 0,
            ListsFinished = _random.Next(2) == 0,
            ListsPending = _random.Next(2) == 0,
            CommentInTrades = _random.Next(4) != 0,
            Oco = (OcoKind)_random.Next(3),
            Slow = isRough ? _random.Next(0, 8) : 0,
            Lost = isRough ? _random.Next(0, 6) : 0,
            Repeated = isRough ? 15 : 0,
            Refused = isRough ? _random.Next(0, 25) : 0,
            Thrown = isRough ? _random.Next(0, 15) : 0,
        };
        _venue = new Venue(_random, _traits);
        _book = new BracketBook(_rules);
        var isBuy = _random.Next(2) == 0;
        var d = isBuy ? 1 : -1;
        var isLadder = _random.Next(2) == 0;
        _plan = new BracketPlan
        {
            Side = isBuy ? Side.Buy : Side.Sell,
            Quantity = _random.Next(1, 12),
            LimitPrice = _random.Next(3) == 0 ? 1_000 + d * _random.Next(0, 5) : null,
            StopPrice = 1_000 - d * _random.Next(10, 60),
            Targets = isLadder
                ? [new(Leg.Tp1, 1_000 + d * 15, 0.5m), new(Leg.Tp2, 1_000 + d * 30, 0.3m), new(Leg.Tp3, 1_000 + d * 50, 0.2m)]
                : [new(Leg.Tp2, 1_000 + d * _random.Next(10, 60), 1)],
            TickSize = 1,
            LotSize = 1,
            MinQuantity = 1,
        };
    }

    public long NakedMsMax { get; private set; }
    public BracketEnd End => Bracket?.State.End ?? BracketEnd.None;
    public bool IsLeftToAPerson => _isLeftToAPerson;
    public int Restarts { get; private set; }
    public IReadOnlyList<string> Faults => _faults;
    public string Diary => string.Join('\n', _diary);
    private Bracket? Bracket => _book.Of(SignalId);

    public BracketLife Run()
    {
        Hear(new PositionChanged(0));
        var origin = Origin("d1", "tw-000000000000000000000001", fence: 1);
        Do(_book.Open(new GrantAccepted(origin, SignalId, _plan, EntryDeadlineMs: _random.Next(500, 8_000),
            new ConnectorTerms { HasReduceOnly = _traits.HasReduceOnly, CanModify = _traits.CanModify }), 0));
        var chaos = Chaos();
        var quietSteps = 0;
        while (_venue.NowMs < EndMs && quietSteps < 200)
        {
            foreach (var happened in _venue.Step(StepMs)) Hear(happened);
            _venue.IsCalm = _venue.NowMs >= CalmAtMs;
            if (!_venue.IsUp && _venue.NowMs >= _upAtMs) Restart();
            while (chaos.Count > 0 && chaos.Peek().AtMs <= _venue.NowMs) chaos.Dequeue().Act();
            if (_venue.NowMs == CalmAtMs && _venue.IsUp && _book.IsBusy) Close();
            if (_venue.NowMs % 100 == 0) Hear(new TimePassed());
            Watch();
            var isQuiet = _venue.IsUp && !_book.IsBusy && _venue.NowMs > 12_000 && _venue.Orders.All(order => order.State != BrokerOrderState.Working);
            quietSteps = isQuiet ? quietSteps + 1 : 0;
        }
        Judge();
        return this;
    }

    private Queue<(long AtMs, Action Act)> Chaos()
    {
        var acts = new List<(long, Action)>();
        if (_random.Next(3) == 0) _callsUntilKill = _random.Next(0, 25);
        for (var n = _random.Next(0, 3); n > 0; n -= 1) acts.Add((_random.Next(50, _random.Next(2) == 0 ? 2_000 : 60_000), Kill));
        if (_random.Next(4) == 0) acts.Add((_random.Next(100, 60_000), Close));
        if (_random.Next(4) == 0) acts.Add((_random.Next(100, 10_000), () => Tell(new EntryWithdrawn("signal_cancelled"))));
        for (var n = _random.Next(0, 3); n > 0; n -= 1)
        {
            var d = _plan.Side == Side.Buy ? 1 : -1;
            var (version, stop) = (4 - n, _plan.StopPrice + d * _random.Next(-5, 5));
            acts.Add((_random.Next(500, 40_000), () => Tell(new SignalAmended(version, stop, null, 1_000 + d * 40, null))));
        }
        switch (_random.Next(6))
        {
            case 0:
                acts.Add((_random.Next(1_000, 40_000), () => ByHand(-_venue.Position)));
                break;
            case 1:
                acts.Add((_random.Next(1_000, 40_000), () => ByHand(-Math.Sign(_venue.Ours))));
                break;
            case 2:
                acts.Add((_random.Next(1_000, 40_000), () =>
                {
                    var ours = _venue.Orders.FindAll(order => order.State == BrokerOrderState.Working && order.Request.Leg != Leg.Entry);
                    if (ours.Count > 0) _venue.CancelByHand(ours[_random.Next(ours.Count)]);
                    Note("an exit cancelled by hand");
                }));
                break;
        }
        return new Queue<(long, Action)>(acts.OrderBy(act => act.Item1));
    }

    private void ByHand(decimal signed)
    {
        if (_venue.Ours == 0 || !_venue.IsUp) return;
        _handAtMs = _venue.NowMs;
        _venue.Trade(signed);
        Note($"traded {signed} by hand");
    }

    private void Hear(BracketEvent happened)
    {
        if (!_venue.IsUp || (_mutant == Mutant.PositionHidden && happened is PositionChanged && _venue.NowMs > 0)) return;
        if (happened is not TimePassed) Note($"< {happened}");
        Do(_book.Apply(happened, _venue.NowMs));
    }

    private OrdersListing Listing() => _mutant == Mutant.PositionHidden ? _venue.List() with { Position = null } : _venue.List();

    private void Tell(BracketEvent happened)
    {
        if (!_venue.IsUp) return;
        Note($"! {happened}");
        Do(_book.Apply(SignalId, happened, _venue.NowMs));
    }

    private void Close()
    {
        if (!_venue.IsUp || Bracket is null) return;
        Note("! CLOSE");
        Do(_book.Close(SignalId, Origin("d2", "tw-000000000000000000000002", fence: 2), _venue.NowMs));
    }

    /// <summary>What is to be remembered and the reports become durable as one; then the calls go out, as far as the process lives.</summary>
    private void Do(IReadOnlyList<BracketEffect> effects)
    {
        foreach (var remember in effects.OfType<Remember>())
        {
            if (_mutant != Mutant.StateNotKept || _kept is null) _kept = WireJson.Write(remember.State);
        }
        // An exit that ended unseen, and a position against ours: nobody can tell whose it is, and that was said.
        if (effects.OfType<Alarm>().Any(alarm => alarm.Code == Reasons.PositionDisagrees.Name) && _book.Of(SignalId)!.State.End != BracketEnd.None) _isLeftToAPerson = !_traits.HasReduceOnly;
        foreach (var report in effects.OfType<Report>())
        {
            if (_mutant == Mutant.ReportLost && report.Body is { Leg: Leg.Entry, CumQty: > 0 }) continue;
            if (!_reports.TryAdd(report.Body.ReportId, report) && _reports[report.Body.ReportId] != report) Fault($"report id used twice: {report.Body.ReportId}");
            Note($"> {report.Body.Type} {report.Body.Leg} qty {report.Body.Qty} cum {report.Body.CumQty} leaves {report.Body.LeavesQty} avg {report.Body.AvgPrice} {report.Body.Reason}");
        }
        foreach (var effect in effects)
        {
            if (effect is Remember or Report) continue;
            if (_callsUntilKill == 0)
            {
                _callsUntilKill = -1;
                Kill();
                return;
            }
            if (effect is PlaceOrder or ModifyOrder or CancelOrder && _callsUntilKill > 0) _callsUntilKill -= 1;
            Note($"> {effect}");
            switch (effect)
            {
                case PlaceOrder { Request: var request }:
                    if (_mutant == Mutant.NothingProtects && request.Leg is (Leg.Stop or Leg.Close)) break;
                    if (_mutant == Mutant.OverFillKept && request.Leg == Leg.Close && request.Side == _plan.Side) break;
                    if (request.Leg == Leg.Entry) _entriesSent += 1;
                    _venue.Place(request);
                    break;
                case ModifyOrder { Modification: var modification }:
                    _venue.Modify(modification);
                    break;
                case CancelOrder { Comment: var comment }:
                    if (_mutant == Mutant.SiblingStays && comment.Contains('-', StringComparison.Ordinal) && comment.Length > 27) break;
                    _venue.Cancel(comment);
                    break;
                case QueryOrders:
                    Do(_book.Apply(new OrdersListed(Listing()), _venue.NowMs));
                    if (!_venue.IsUp) return;
                    break;
            }
        }
    }

    private void Kill()
    {
        // Without "reduce only" a stop can be filled after a close by hand; only who saw both can tell what happened.
        if (!_venue.IsUp || (!_traits.HasReduceOnly && _venue.NowMs < _handAtMs + 6_000)) return;
        _venue.IsUp = false;
        _upAtMs = _venue.NowMs + _random.Next(0, 6_000);
        Note("killed");
    }

    private void Restart()
    {
        _venue.IsUp = true;
        Restarts += 1;
        Note("restarted");
        _book = new BracketBook(_rules);
        if (_kept is null) return;
        var state = WireJson.Read<BracketState>(_kept);
        if (_mutant == Mutant.EntrySentAgain && state.Entry is { IsLive: true, Filled: 0 })
        {
            _entriesSent += 1;
            _venue.Place(new OrderRequest { Comment = state.Entry.Comment, Leg = Leg.Entry, Side = state.Plan.Side, Kind = state.Entry.Kind, Quantity = state.Plan.Quantity, Price = state.Plan.LimitPrice });
        }
        _book.Restore([state], _venue.NowMs);
        _nakedSinceMs = null;
        Do(_book.Apply(new OrdersListed(Listing()), _venue.NowMs));
    }

    private void Watch()
    {
        var d = _plan.Side == Side.Buy ? 1 : -1;
        var open = _venue.Ours * d;
        var covered = _venue.Orders.Where(order => order.State == BrokerOrderState.Working && order.Request.Leg is Leg.Stop or Leg.Close).Sum(order =>
            order.State == BrokerOrderState.Working ? order.Leaves : 0);
        if (!_venue.IsUp || open <= 0 || covered >= open) _nakedSinceMs = null;
        else if (_nakedSinceMs is null || covered > _coveredThen) _nakedSinceMs = _venue.NowMs;
        _coveredThen = covered;
        if (_nakedSinceMs is { } naked)
        {
            var ms = _venue.NowMs - naked;
            NakedMsMax = Math.Max(NakedMsMax, ms);
            // The grace counts from when the platform could know.
            if (ms > _rules.GraceMs + (_traits.Slow > 0 ? 3_500 : _traits.MessageMsMax)) Fault($"naked for {ms} ms at {_venue.NowMs}");
        }
        if (!_venue.IsUp || open >= 0 || _isLeftToAPerson) _overSinceMs = null;
        else if (_venue.NowMs - (_overSinceMs ??= _venue.NowMs) > 12_000) Fault($"over-filled for long at {_venue.NowMs}");
    }

    private void Judge()
    {
        if (_entriesSent > 1) Fault($"the entry was sent {_entriesSent} times");
        var entries = _venue.Orders.FindAll(order => order.Request.Leg == Leg.Entry);
        if (entries.Count > 1) Fault($"{entries.Count} entries at the venue");
        foreach (var order in _venue.Orders.Where(order => order.State == BrokerOrderState.Working)) Fault($"{order.Request.Comment} rests at the end");
        if (Bracket is not { } bracket)
        {
            if (entries.Count > 0) Fault("an entry that nobody remembers");
            return;
        }
        var state = bracket.State;
        if (state.End == BracketEnd.None) Fault("not at rest");
        if (_venue.Ours != 0 && !_isLeftToAPerson) Fault($"{_venue.Ours} of ours is open at the end");
        if (state.End == BracketEnd.InDoubt)
        {
            if (state.Doubt is null || !Reasons.All.ContainsKey(state.Doubt)) Fault("in doubt without a reason");
            if (_traits is { ListsFinished: true, CommentInTrades: true, ListsPending: true }) Fault("in doubt although the platform lists everything");
            return;
        }
        JudgeReports(state, entries.Count == 0 ? 0 : entries[0].Filled);
    }

    private void JudgeReports(BracketState state, decimal entered)
    {
        var ofEntry = _reports.Values.Where(report => report.DeliveryId == "d1").Select(report => report.Body).ToList();
        var said = ofEntry.Where(body => body.Leg == Leg.Entry).Max(body => body.CumQty) ?? 0;
        // Without finished orders in the listing a fill that was told while the process was down is found by its position only.
        var isCertain = _traits.ListsFinished && state.Adopted == 0;
        if (isCertain ? said != entered : said > entered) Fault($"reports say {said} was entered, the venue {entered}");
        if (entered > 0 && state.Entered > 0 && !ofEntry.Exists(body => body is { Type: ReportType.Closed, LeavesQty: 0 })) Fault("closed, and not reported so");
        if (entered > 0 && state.Entered == 0) Fault($"{entered} entered, and the machine does not know");
        if (entered == 0 && !ofEntry.Exists(body => body.Type is ReportType.Rejected or ReportType.Cancelled or ReportType.NotSent or ReportType.Nack)) Fault("ended without a word");
        if (entered == 0 && ofEntry.Exists(body => body.Type is ReportType.Filled or ReportType.Partial or ReportType.Closed)) Fault("a fill reported that never was");
        foreach (var leg in Enum.GetValues<Leg>().Where(leg => leg != Leg.Entry))
        {
            var real = _venue.Orders.Where(order => order.Request.Leg == leg).Sum(order => order.Filled);
            var told = _reports.Values.Where(report => report.Body.Leg == leg && report.Body.Type != ReportType.Closed)
                .GroupBy(report => report.DeliveryId).Sum(ofDelivery => ofDelivery.Max(report => report.Body.CumQty) ?? 0);
            if (isCertain ? told != real : told > real) Fault($"reports say {told} of {leg} was filled, the venue {real}");
        }
        if (state.Close is not null && !_reports.Values.Any(report => report.DeliveryId == "d2" && report.Body.Type is ReportType.Filled or ReportType.Cancelled or ReportType.Nack)) Fault("the CLOSE ended without a word");
    }

    private void Fault(string text)
    {
        if (_faults.Count < 5) _faults.Add(text);
        if (_faults.Count < 5) Note($"FAULT {text}");
    }

    private void Note(string text)
    {
        if (_diary.Count < 2_000) _diary.Add($"{_venue.NowMs,7} {_venue.Price} ours {_venue.Ours} | {text}");
    }

    private static GrantOrigin Origin(string delivery, string orderId, long fence) => new()
    {
        DeliveryId = delivery, Session = "7f3a2c9d51e84b06", Epoch = 1, Fence = fence, ClientOrderId = orderId,
    };
}
