using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Trading;

public sealed class BracketTests
{
    [Fact]
    public void Stop_and_targets_go_out_after_the_fill_and_grow_with_it()
    {
        var story = new BracketStory(Sample.Ladder);
        Assert.Equal("Market Buy 10 entry", story.Next());
        Assert.Equal("", story.Ack().Next());
        Assert.Equal("Stop Sell 4 -S 3482.5", story.Fill("", 4).Next());
        Assert.Equal("Limit Sell 2 -1 3528 | Limit Sell 1 -2 3542 | Limit Sell 1 -3 3563", story.Position(4).Ack("-S", 4).Next());
        story.Ack("-1", 2).Ack("-2", 1).Ack("-3", 1).Next();
        Assert.Equal("modify -S to 10 3482.5 | modify -1 to 5 3528 | modify -2 to 3 3542 | modify -3 to 2 3563", story.Fill("", 6).Next());
        Assert.Equal(["d1 Entry Submitted", "d1 Entry Partial 4", "d1 Stop Submitted", "d1 Tp1 Submitted", "d1 Tp2 Submitted", "d1 Tp3 Submitted", "d1 Entry Filled 10"], story.Told);
    }

    [Fact]
    public void A_refused_entry_leaves_nothing_behind()
    {
        var story = new BracketStory();
        story.Tell(new RegisterFailed(BracketStory.Id, "insufficient margin"));
        Assert.Equal("Market Buy 10 entry", story.Next());
        Assert.Equal(["d1 Entry Rejected"], story.Told);
        Assert.Equal("insufficient margin", story.Reports[0].Body.Reason);
        Assert.Equal((BracketEnd.NotEntered, false), (story.State.End, story.Book.IsBusy));
    }

    [Fact]
    public void What_the_last_look_withholds_is_a_nack()
    {
        var story = new BracketStory().TellSignal(new EntryWithheld("price_moved"));
        Assert.Equal(["d1 Entry Nack"], story.Told);
        Assert.Equal(("price_moved", BracketEnd.NotEntered), (story.Reports[0].Body.Reason, story.State.End));
    }

    [Fact]
    public void A_target_makes_the_stop_smaller_and_the_last_one_cancels_it_although_something_else_may()
    {
        var story = Open(Sample.Ladder);
        Assert.Equal("modify -S to 5 3482.5", story.Fill("-1", 5, 3528).Next());
        story.Ack("-S", 5).Fill("-2", 3, 3542).Next();
        story.Ack("-S", 2).Next();
        Assert.Equal("cancel -S", story.Fill("-3", 2, 3563).Next());
        Assert.False(story.State.End == BracketEnd.Closed);
        story.Order("-S", BrokerOrderState.Cancelled, 2);
        Assert.Equal(BracketEnd.Closed, story.State.End);
        var closed = story.Reports.Single(report => report.Body.Type == ReportType.Closed).Body;
        Assert.Equal((Leg.Tp3, "tp", 0m, 3539.2m), (closed.Leg, closed.Reason, closed.LeavesQty, closed.AvgPrice));
    }

    [Fact]
    public void A_stop_takes_the_targets_with_it()
    {
        var story = Open(Sample.Ladder);
        Assert.Equal("cancel -1 | cancel -2 | cancel -3", story.Fill("-S", 4, 3482).Next());
        Assert.Equal("", story.Fill("-S", 6, 3481).Next());
        var closed = story.Reports.Single(report => report.Body.Type == ReportType.Closed).Body;
        Assert.Equal((Leg.Stop, "sl", 3481.4m), (closed.Leg, closed.Reason, closed.AvgPrice));
    }

    [Fact]
    public void A_stop_that_hangs_half_filled_is_helped_by_the_market()
    {
        var story = Open(Sample.Plan);
        Assert.Equal("cancel -2", story.Fill("-S", 4, 3482).Next());
        story.Order("-2", BrokerOrderState.Cancelled);
        Assert.Equal("Market Sell 6 -C", story.Wait(2_600, 6).Next());
        Assert.Contains("stop_stuck", story.Alarms);
    }

    [Fact]
    public void A_refused_stop_is_tried_again_and_then_the_position_is_closed_within_the_grace()
    {
        var story = new BracketStory().Ack().Fill("", 10).Position(10);
        story.Next();
        story.Tell(new RegisterFailed(BracketStory.Id + "-S", "no"));
        Assert.Equal("Stop Sell 10 -S.2 3482.5", story.Wait(400, 10).Next());
        story.Tell(new RegisterFailed(BracketStory.Id + "-S.2", "no"));
        Assert.Equal("Stop Sell 10 -S.3 3482.5", story.Wait(700, 10).Next());
        story.Tell(new RegisterFailed(BracketStory.Id + "-S.3", "no"));
        Assert.Equal("Market Sell 10 -C", story.Next());
        Assert.True(story.NowMs < new BracketRules().GraceMs);
        story.Fill("-C", 10, 3499).Position(0);
        Assert.Equal((BracketEnd.Closed, "stop_refused"), (story.State.End, story.State.EndReason));
        Assert.Equal("stop_refused", story.Reports[^1].Body.Reason);
        // Refused and filled of one leg would contradict each other at the server.
        Assert.DoesNotContain(story.Reports, report => report.Body.Type == ReportType.Rejected);
    }

    [Fact]
    public void A_target_that_is_refused_again_and_again_is_given_up_and_the_stop_stands()
    {
        var story = new BracketStory().Ack().Fill("", 10).Position(10).Ack("-S");
        foreach (var suffix in new[] { "-2", "-2.2", "-2.3" }) story.Tell(new RegisterFailed(BracketStory.Id + suffix, "no")).Wait(1_000, 10);
        story.Next();
        Assert.Equal("", story.Wait(10_000, 10).Next());
        Assert.Single(story.Alarms, "target_given_up");
        Assert.Equal(10, story.State.Net);
    }

    [Fact]
    public void A_stop_of_which_nothing_is_heard_does_not_leave_the_position_naked_beyond_the_grace()
    {
        var story = new BracketStory().Ack().Fill("", 10).Position(10);
        story.Next();
        Assert.Contains("-C", story.Wait(4_900, 10).Next(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_exits_filled_is_taken_back_once_the_position_shows_it()
    {
        var story = Open(Sample.Plan);
        Assert.Equal("cancel -S", story.Fill("-2", 10, 3542).Next());
        Assert.Equal("", story.Fill("-S", 10, 3482).Next());
        Assert.Equal("Market Buy 10 -C", story.Position(-10).Next());
        Assert.Contains("over_filled", story.Alarms);
        story.Fill("-C", 10, 3483).Position(0);
        Assert.Equal(BracketEnd.Closed, story.State.End);
    }

    [Fact]
    public void What_the_next_entry_opens_is_not_taken_back_by_the_bracket_before()
    {
        const string nextId = "tw-000000000000000000000002";
        var story = Open(Sample.Plan, hasReduceOnly: false).Wait(1_000, 10);
        story.Fill("-2", 10, 3542).Order("-S", BrokerOrderState.Cancelled).Position(0);
        Assert.Equal(BracketEnd.Closed, story.State.End);
        var plan = Sample.Plan with { Side = Side.Sell, StopPrice = 3560, Targets = [new(Leg.Tp2, 3500, 1)] };
        var next = story.Grant with { SignalId = "next", Plan = plan, Origin = Sample.Origin("d2", nextId), EntryDeadlineMs = story.NowMs + 60_000 };
        Assert.NotEmpty(story.Book.Open(next, story.NowMs));
        story.Tell(new OrderFilled(new BrokerFill { Comment = nextId, OrderId = "n", FillId = "n", Quantity = 10, Price = 3542, VenueTimeMs = story.NowMs }));
        story.Next();
        Assert.DoesNotContain(" -C", story.Tell(new PositionChanged(-10)).Wait(4_000, -10).Next(), StringComparison.Ordinal);
        Assert.Equal((BracketEnd.Closed, 0m), (story.State.End, story.State.ClosedElsewhere));
    }

    [Fact]
    public void An_entry_of_unknown_outcome_is_never_sent_again_and_not_sent_needs_proof()
    {
        var proven = new BracketStory().Tell(new OutcomeUnknown(BracketStory.Id, "timeout"));
        for (var n = 0; n < 20; n += 1) proven.Wait(100, 0).List(0, complete: true);
        Assert.DoesNotContain("Market", proven.Next()["Market Buy 10 entry".Length..], StringComparison.Ordinal);
        Assert.Equal(["d1 Entry NotSent"], proven.Told);

        var doubtful = new BracketStory().Tell(new OutcomeUnknown(BracketStory.Id, "timeout")).Wait(15_000, 0);
        Assert.Empty(doubtful.Told);
        Assert.Equal((BracketEnd.InDoubt, "entry_in_doubt"), (doubtful.State.End, doubtful.State.EndReason));
        // A late fill beats the doubt, and is protected.
        doubtful.Next();
        Assert.Equal("Stop Sell 10 -S 3482.5", doubtful.Fill("", 10).Next());
        Assert.Equal(BracketEnd.None, doubtful.State.End);
    }

    [Fact]
    public void A_position_that_an_unlisted_entry_left_is_protected_at_once_and_reported_when_nothing_else_was_heard()
    {
        var story = new BracketStory().Tell(new OutcomeUnknown(BracketStory.Id, "timeout"));
        story.Next();
        Assert.Equal("Stop Sell 10 -S 3482.5", story.Wait(100, 0).Position(10).Next());
        Assert.Contains("adopted", story.Alarms);
        Assert.Empty(story.Told);
        Assert.Equal(["d1 Stop Submitted", "d1 Tp2 Submitted", "d1 Entry Filled 10"], story.Ack("-S").Ack("-2").Wait(2_500, 10).Told);
        Assert.Equal("adopted", story.Reports[^1].Body.Reason);
        story.Fill("-S", 10, 3482).Order("-2", BrokerOrderState.Cancelled).Position(0);
        Assert.Contains("d1 Stop Filled 10", story.Told);
        Assert.Equal(BracketEnd.Closed, story.State.End);
    }

    /// <summary>Killed with the entry under way, which was filled meanwhile: there is nothing to be waited for.</summary>
    [Fact]
    public void A_position_found_after_a_restart_is_protected_by_the_first_listing_and_told_with_its_price()
    {
        var story = new BracketStory { AveragePrice = 3500.5m }.Restart(1_000_000);
        story.Next();
        Assert.Equal("Stop Sell 10 -S 3482.5", story.Position(10).Next());
        story.Ack("-S").Ack("-2").Wait(2_500, 10);
        var told = story.Reports[^1].Body;
        Assert.Equal((ReportType.Filled, Leg.Entry, 10m, 3500.5m, "found_after_restart"), (told.Type, told.Leg, told.CumQty, told.AvgPrice, told.Reason));
        Assert.Single(story.Told, "d1 Entry Filled 10");
        // What really happened comes later and is told beside it.
        story.Fill("", 10, 3500.75m);
        told = story.Reports[^1].Body;
        Assert.Equal((ReportType.Filled, Leg.Entry, 10m, 3500.75m, 0.1m, null), (told.Type, told.Leg, told.CumQty, told.AvgPrice, told.Fee, told.Qty));
        Assert.Equal((10m, BracketEnd.None), (story.State.Net, story.State.End));
    }

    [Fact]
    public void A_part_that_is_found_is_told_as_a_part_and_without_a_price_that_is_not_its_own()
    {
        var story = new BracketStory { AveragePrice = 3500.5m }.Restart(1_000_000);
        story.Position(4).Ack("-S", 4).Ack("-2", 4).Wait(2_500, 4);
        Assert.Contains("d1 Entry Partial 4", story.Told);
        var shared = new BracketStory { AveragePrice = 3500.5m }.Restart(1_000_000);
        shared.Position(13).Ack("-S").Ack("-2").Wait(2_500, 13);
        Assert.Null(shared.Reports.Single(report => report.Body is { Leg: Leg.Entry, Type: ReportType.Filled }).Body.AvgPrice);
    }

    [Fact]
    public void Of_a_part_that_grew_unheard_it_is_told_what_is_left()
    {
        var story = new BracketStory().Ack().Fill("", 4).Position(4).Ack("-S", 4).Ack("-2", 4).Restart(1_000_000);
        var stop = new BrokerOrder { Comment = BracketStory.Id + "-S", State = BrokerOrderState.Working, Quantity = 4 };
        story.List(7, stop).Wait(1_000, 7, stop);
        var told = story.Reports.Last(report => report.Body.Leg == Leg.Entry).Body;
        Assert.Equal((ReportType.Partial, 7m, 3m, "found_after_restart"), (told.Type, told.CumQty, told.LeavesQty, told.Reason));
    }

    [Fact]
    public void A_stop_that_is_refused_because_the_market_is_beyond_it_is_not_tried_again()
    {
        var story = new BracketStory().Ack().Fill("", 10).Position(10);
        story.Next();
        story.Tell(new RegisterFailed(BracketStory.Id + "-S", "Order would immediately trigger."));
        Assert.Equal("Market Sell 10 -C", story.Next());
        story.Fill("-C", 10, 3481).Position(0);
        Assert.Equal((BracketEnd.Closed, "stop_passed"), (story.State.End, story.State.EndReason));
    }

    [Theory]
    [InlineData(Side.Buy, 3482.5, 3482.51, "Market Sell 10 -C")]
    [InlineData(Side.Buy, 3482.51, 3482.52, "Stop Sell 10 -S.2 3482.5")]
    [InlineData(Side.Sell, 3517.49, 3517.5, "Market Buy 10 -C")]
    [InlineData(Side.Sell, 3517.48, 3517.49, "Stop Buy 10 -S.2 3517.5")]
    public void A_refused_stop_is_followed_by_a_look_at_the_market(Side side, decimal bid, decimal ask, string next)
    {
        var isBuy = side == Side.Buy;
        var plan = Sample.Plan with { Side = side, StopPrice = isBuy ? 3482.5m : 3517.5m, Targets = [new(Leg.Tp2, isBuy ? 3542 : 3458, 1)] };
        var position = isBuy ? 10 : -10;
        var story = new BracketStory(plan).Ack().Fill("", 10).Position(position);
        story.Next();
        Assert.True(story.Tell(new RegisterFailed(BracketStory.Id + "-S", "no")).HasAsked);
        story.Market = (bid, ask);
        Assert.Equal(next, story.Position(position).Wait(400, position).Next());
    }

    [Fact]
    public void An_old_quote_closes_nothing()
    {
        var story = new BracketStory { Market = (3400, 3400.01m) }.Position(0).Tell(new OutcomeUnknown(BracketStory.Id, "timeout"));
        story.Wait(100, 0).Market = null;
        story.Next();
        Assert.Equal("Stop Sell 10 -S 3482.5", story.Position(10).Next());
    }

    [Fact]
    public void A_close_is_a_delivery_of_its_own_and_leaves_before_the_stop_where_it_can_only_reduce()
    {
        var story = Open(Sample.Plan);
        Assert.Equal("cancel -2 | Market Sell 10 tw-000000000000000000000002", story.Close().Next());
        story.Tell(new OrderFilled(new BrokerFill { Comment = "tw-000000000000000000000002", FillId = "x", Quantity = 10, Price = 3511, VenueTimeMs = 9 }));
        Assert.Equal("cancel -S", story.Next());
        story.Position(0).Order("-S", BrokerOrderState.Cancelled).Order("-2", BrokerOrderState.Cancelled);
        Assert.Contains("d2 Close Filled 10", story.Told);
        Assert.Equal("close signal", story.Reports.Single(report => report is { DeliveryId: "d1", Body.Type: ReportType.Closed }).Body.Reason);
        Assert.Equal(BracketEnd.Closed, story.State.End);
        Assert.Equal(Reasons.AlreadyClosed.Name, ((Report)story.Book.Close("unknown", Sample.Origin("d3"), 0).Single()).Body.Reason);
    }

    [Fact]
    public void Without_reduce_only_the_exits_go_first()
    {
        var story = Open(Sample.Plan, hasReduceOnly: false);
        Assert.Equal("cancel -2 | cancel -S", story.Close().Next());
        story.Order("-2", BrokerOrderState.Cancelled);
        Assert.Equal("Market Sell 10 tw-000000000000000000000002", story.Order("-S", BrokerOrderState.Cancelled).Next());
    }

    [Fact]
    public void A_close_before_any_fill_withdraws_the_entry_and_has_nothing_to_do()
    {
        var story = new BracketStory(Sample.Plan with { LimitPrice = 3500 }).Ack();
        story.Next();
        Assert.Equal("cancel entry", story.Close().Next());
        story.Order("", BrokerOrderState.Cancelled);
        Assert.Equal(["d1 Entry Submitted", "d1 Entry Cancelled 0", "d2 Close Nack"], story.Told);
    }

    [Fact]
    public void An_amendment_moves_stop_and_target_once_and_an_older_one_does_nothing()
    {
        var story = Open(Sample.Plan);
        Assert.Equal("modify -S to 10 3490 | modify -2 to 10 3550.01", story.TellSignal(new SignalAmended(3, 3490, null, 3550.012m, null)).Next());
        story.Ack("-S").Ack("-2");
        Assert.Equal("", story.TellSignal(new SignalAmended(2, 3400, null, 3600, null)).Next());
        var fixedOrders = Open(Sample.Plan, canModify: false);
        Assert.Equal("cancel -S", fixedOrders.TellSignal(new SignalAmended(2, 3490, null, null, null)).Next());
        Assert.Equal("Stop Sell 10 -S.2 3490", fixedOrders.Order("-S", BrokerOrderState.Cancelled).Next());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_that_may_rest_no_longer_is_taken_off_and_protection_stays(bool byTime)
    {
        var story = new BracketStory(Sample.Plan with { LimitPrice = 3500 }, deadlineMs: 2_000).Ack().Fill("", 4).Ack("-S", 4).Position(4);
        story.Ack("-2", 4).Next();
        if (byTime) story.Wait(2_000, 4);
        else story.TellSignal(new EntryWithdrawn("session_lost"));
        Assert.Equal("cancel entry", story.Next());
        Assert.Equal("", story.Order("", BrokerOrderState.Cancelled, 10, 4).Next());
        Assert.Contains("d1 Entry Cancelled 4", story.Told);
        // The fill that overtook the cancel.
        Assert.Contains("modify -S to 6 3482.5", story.Fill("", 2).Next(), StringComparison.Ordinal);
        Assert.Contains("d1 Entry Cancelled 6", story.Told);
    }

    [Fact]
    public void A_close_by_hand_is_noticed_before_the_exits_become_orphans()
    {
        var story = Open(Sample.Plan, hasReduceOnly: false);
        Assert.Equal("", story.Wait(1_000, 10).Next());
        Assert.Equal("cancel -2 | cancel -S", story.Wait(2_000, 0).Next());
        story.Order("-2", BrokerOrderState.Cancelled).Order("-S", BrokerOrderState.Cancelled);
        Assert.Equal("manual", story.Reports.Single(report => report.Body.Type == ReportType.Closed).Body.Reason);
        Assert.Equal(BracketEnd.Closed, story.State.End);
    }

    [Fact]
    public void Orders_of_others_concern_nobody_and_a_lost_one_of_ours_is_told_once()
    {
        var story = Open(Sample.Plan);
        story.Tell(new OrderFilled(new BrokerFill { Comment = "by hand", OrderId = "m1", Quantity = 3, Price = 1 }));
        story.Tell(new OrderChanged(new BrokerOrder { OrderId = "m2", State = BrokerOrderState.Filled, Quantity = 5, Filled = 5 }));
        Assert.Equal((10m, ""), (story.State.Net, story.Next()));
        var stranger = new BrokerOrder { Comment = "tw-00000000000000000000000f-S", State = BrokerOrderState.Working };
        story.List(10, stranger).List(10, stranger);
        Assert.Single(story.Alarms, "unknown_order");
    }

    [Fact]
    public void One_at_a_time_and_the_same_grant_only_once()
    {
        var story = Open(Sample.Plan);
        Assert.Empty(story.Book.Open(story.Grant, 1));
        var other = story.Grant with { SignalId = "other", Origin = Sample.Origin("d9", "tw-000000000000000000000009") };
        Assert.Equal("bracket_open", ((Report)story.Book.Open(other, 1).Single()).Body.Reason);
    }

    [Fact]
    public void A_fill_that_knows_only_its_order_id_waits_for_the_word_that_tells_whose_it_is()
    {
        var story = new BracketStory();
        story.Next();
        story.Tell(new OrderFilled(new BrokerFill { OrderId = "v", FillId = "a", Quantity = 10, Price = 3500 }));
        Assert.Equal("", story.Next());
        Assert.Equal("Stop Sell 10 -S 3482.5", story.Ack().Next());
    }

    [Fact]
    public void After_a_restart_nothing_is_placed_before_the_platform_says_what_there_is()
    {
        var story = Open(Sample.Plan).Restart(1_000_000);
        story.Next();
        Assert.True(story.Tell(new TimePassed()).HasAsked);
        Assert.Equal("", story.Next());
        // The stop is there, the target is gone, and the position is still open.
        var stop = new BrokerOrder { Comment = BracketStory.Id + "-S", State = BrokerOrderState.Working, Quantity = 10 };
        Assert.Equal("Limit Sell 10 -2.2 3542", story.Wait(2_000, 10, stop).Next());
    }

    /// <summary>Found closed, and nobody can say by which order: the exits go, and CLOSED is told without a price.</summary>
    [Fact]
    public void A_position_that_is_gone_after_a_restart_takes_its_exits_along()
    {
        var story = Open(Sample.Plan).Restart(1_000_000);
        story.Next();
        Assert.Contains("cancel -S", story.Wait(4_000, 0).Next(), StringComparison.Ordinal);
        Assert.Null(story.Reports.Single(report => report.Body.Type == ReportType.Closed).Body.AvgPrice);
    }

    /// <summary>The fill of a target was lost, so somebody else seemed to have closed that part; a restart must not forget that it was a guess.</summary>
    [Fact]
    public void What_an_exit_turns_out_to_have_closed_is_not_counted_twice_after_a_restart()
    {
        var story = Open(Sample.Plan).Wait(2_500, 5);
        Assert.Equal((5m, 5m), (story.State.Net, story.State.ClosedElsewhere));
        story.Ack("-S", 5).Restart(1_000_000);
        var stop = new BrokerOrder { Comment = BracketStory.Id + "-S", State = BrokerOrderState.Working, Quantity = 5 };
        var target = new BrokerOrder { Comment = BracketStory.Id + "-2", State = BrokerOrderState.Working, Quantity = 10, Filled = 5 };
        story.Wait(6_000, 5, stop, target);
        Assert.Equal((5m, 0m, BracketEnd.None), (story.State.Net, story.State.ClosedElsewhere, story.State.End));
    }

    /// <summary>The same words in any order and any number end in the same reports.</summary>
    [Fact]
    public void Permuted_and_repeated_events_end_in_the_same_facts()
    {
        BracketEvent Changed(string suffix, BrokerOrderState state, decimal quantity, decimal filled) =>
            new OrderChanged(new BrokerOrder { Comment = BracketStory.Id + suffix, OrderId = "v" + suffix, State = state, Quantity = quantity, Filled = filled });
        BracketEvent Filled(string suffix, string id, decimal quantity, decimal price) =>
            new OrderFilled(new BrokerFill { Comment = BracketStory.Id + suffix, OrderId = "v" + suffix, FillId = id, Quantity = quantity, Price = price, Fee = 0.25m, FeeAsset = "USDT", VenueTimeMs = price == 3542 ? 9 : 1 });
        BracketEvent[] events =
        [
            Changed("", BrokerOrderState.Working, 10, 0), Changed("", BrokerOrderState.Working, 10, 4), Changed("", BrokerOrderState.Filled, 10, 10),
            Filled("", "a", 4, 3500), Filled("", "b", 6, 3501), Changed("-S", BrokerOrderState.Working, 10, 0), Changed("-S", BrokerOrderState.Cancelled, 10, 0),
            Changed("-2", BrokerOrderState.Working, 10, 0), Changed("-2", BrokerOrderState.Filled, 10, 10), Filled("-2", "c", 10, 3542),
        ];
        var random = new Random(5);
        string? expected = null;
        for (var n = 0; n < 500; n += 1)
        {
            var story = new BracketStory();
            // An exit is heard of once it was sent; what was told of the entry goes on repeating.
            foreach (var (from, to) in new[] { (0, 5), (5, 6), (0, 10) })
            {
                var part = events[from..to].Concat(events[from..to].Where(_ => random.Next(3) == 0)).ToArray();
                if (n > 0) random.Shuffle(part);
                foreach (var happened in part) story.Tell(happened);
            }
            story.Wait(2_500, 0);
            var end = story.Reports.GroupBy(report => report.Body.Leg).OrderBy(leg => leg.Key).Select(leg =>
                $"{leg.Key} {leg.Max(each => each.Body.CumQty)} {leg.Sum(each => each.Body.Fee ?? 0)} {leg.Last().Body.Type} {leg.Last(each => each.Body.Type != ReportType.Closed).Body.AvgPrice:0.#} {leg.Last().Body.Reason}");
            var text = $"{story.State.End} {string.Join("; ", end)}";
            expected ??= text;
            Assert.Equal(expected, text);
        }
        Assert.Equal("Closed Entry 10 0.50 Filled 3500.6 ; Stop 0 0 Cancelled  ; Tp2 10 0.25 Closed 3542 tp", expected);
    }

    /// <summary>Entered with 10, its exits working; nothing of it is left in <see cref="BracketStory.Next"/>.</summary>
    private static BracketStory Open(BracketPlan plan, bool hasReduceOnly = true, bool canModify = true)
    {
        var story = new BracketStory(plan, hasReduceOnly, canModify);
        story.Ack().Fill("", 10).Position(10).Ack("-S");
        var parts = plan.Allocate(10);
        for (var i = 0; i < parts.Length; i += 1) story.Ack($"-{plan.Targets[i].Leg - Leg.Stop}", parts[i]);
        story.Next();
        return story;
    }
}
