using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Trading;

/// <summary>A bracket told by hand: what happened goes in, what was sent and reported comes out as short lines.</summary>
internal sealed class BracketStory
{
    public const string Id = "tw-000000000000000000000001";
    private readonly BracketRules _rules = new();
    private BracketBook _book;
    private string _kept = "";
    private int _fills;

    public BracketStory(BracketPlan? plan = null, bool hasReduceOnly = true, bool canModify = true, long deadlineMs = 60_000)
    {
        _book = new BracketBook(_rules);
        Take(_book.Apply(new PositionChanged(0), 0));
        Grant = new GrantAccepted(Sample.Origin(), Sample.Signal.Id, plan ?? Sample.Plan, deadlineMs, new ConnectorTerms { HasReduceOnly = hasReduceOnly, CanModify = canModify });
        Take(_book.Open(Grant, 0));
    }

    public GrantAccepted Grant { get; }
    public long NowMs { get; private set; }
    public List<string> Sent { get; } = [];
    /// <summary>For the listing of what there is.</summary>
    public bool HasAsked { get; private set; }

    public List<Report> Reports { get; } = [];
    public List<string> Alarms { get; } = [];
    public BracketBook Book => _book;
    public BracketState State => _book.Of(Sample.Signal.Id)!.State;

    public IEnumerable<string> Told => Reports.Select(report => $"{report.DeliveryId} {report.Body.Leg} {report.Body.Type} {report.Body.CumQty}".TrimEnd());

    /// <summary>What was sent since it was last asked.</summary>
    public string Next()
    {
        var text = string.Join(" | ", Sent);
        Sent.Clear();
        HasAsked = false;
        return text;
    }

    public BracketStory Ack(string suffix = "", decimal quantity = 10, decimal filled = 0) =>
        Order(suffix, BrokerOrderState.Working, quantity, filled);

    public BracketStory Order(string suffix, BrokerOrderState state, decimal quantity = 10, decimal filled = 0) =>
        Tell(new OrderChanged(new BrokerOrder { Comment = Id + suffix, OrderId = "v" + suffix, State = state, Quantity = quantity, Filled = filled }));

    public BracketStory Fill(string suffix, decimal quantity, decimal price = 3500, string? fillId = null) => Tell(new OrderFilled(new BrokerFill
    {
        Comment = Id + suffix, OrderId = "v" + suffix, FillId = fillId ?? $"f{++_fills}", Quantity = quantity, Price = price, Fee = 0.1m, FeeAsset = "USDT", VenueTimeMs = NowMs,
    }));

    public BracketStory Position(decimal position) => List(position);

    public BracketStory List(decimal position, params BrokerOrder[] orders) => List(position, complete: false, orders);

    public BracketStory List(decimal position, bool complete, params BrokerOrder[] orders)
    {
        // What is known to work is listed, unless the test says otherwise.
        var working = _book.Of(Sample.Signal.Id)?.State.Orders.Where(order => order.Stage == OrderStage.Working)
            .Select(order => new BrokerOrder { Comment = order.Comment, State = BrokerOrderState.Working, Quantity = order.Quantity, Filled = order.Filled }) ?? [];
        return Tell(new OrdersListed(new OrdersListing { Orders = orders.Length > 0 || complete ? orders : [.. working], Position = position, Complete = complete }));
    }

    public BracketStory Tell(BracketEvent happened)
    {
        Take(_book.Apply(happened, NowMs));
        return this;
    }

    public BracketStory TellSignal(BracketEvent happened)
    {
        Take(_book.Apply(Sample.Signal.Id, happened, NowMs));
        return this;
    }

    public BracketStory Close()
    {
        Take(_book.Close(Sample.Signal.Id, Sample.Origin("d2", "tw-000000000000000000000002", 4), NowMs));
        return this;
    }

    /// <summary>Time passes in tenths of a second; the platform answers with that position and everything that works.</summary>
    public BracketStory Wait(long ms, decimal position, params BrokerOrder[] orders)
    {
        for (var until = NowMs + ms; NowMs < until;)
        {
            NowMs += 100;
            Tell(new TimePassed());
            if (HasAsked) List(position, orders);
            HasAsked = false;
        }
        return this;
    }

    public BracketStory Restart(long nowMs)
    {
        NowMs = nowMs;
        _book = new BracketBook(_rules);
        _book.Restore([WireJson.Read<BracketState>(_kept)], nowMs);
        return this;
    }

    private void Take(IReadOnlyList<BracketEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Remember(var state):
                    _kept = WireJson.Write(state);
                    break;
                case PlaceOrder { Request: var r }:
                    Sent.Add($"{r.Kind} {r.Side} {r.Quantity:0.####} {Short(r.Comment)} {r.Price ?? r.TriggerPrice:0.####}".TrimEnd());
                    break;
                case ModifyOrder { Modification: var m }:
                    Sent.Add($"modify {Short(m.Comment)} to {m.Quantity:0.####} {m.Price ?? m.TriggerPrice:0.####}");
                    break;
                case CancelOrder(var comment):
                    Sent.Add($"cancel {Short(comment)}");
                    break;
                case QueryOrders:
                    HasAsked = true;
                    break;
                case Report report:
                    Reports.Add(report);
                    break;
                case Alarm alarm:
                    Alarms.Add(alarm.Code);
                    break;
            }
        }
    }

    private static string Short(string comment) => comment == Id ? "entry" : comment.Replace(Id, "", System.StringComparison.Ordinal);
}
