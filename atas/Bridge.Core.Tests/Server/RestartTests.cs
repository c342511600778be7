using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class RestartTests
{
    [Theory]
    [InlineData("POST /signals/a/claim done")]
    [InlineData("disk submitting")]
    public void Of_a_claim_that_led_to_nothing_it_says_that_nothing_was_sent(string step)
    {
        var world = KilledAt(step);
        Assert.Equal((0, "never submitted"), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
        Assert.Equal((ReportType.NotSent, 7L), (world.Server.Reports[0].Body.Type, world.Server.Reports[0].Body.Fence));
    }

    [Fact]
    public void A_signal_that_it_had_only_meant_to_claim_is_claimed_anew()
    {
        var world = KilledAt("disk intent done");
        Assert.Equal((1, "FILLED"), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
        Assert.Single(world.Server.To("claim"));
    }

    [Fact]
    public void It_looks_no_more_often_at_what_it_may_claim_anew_and_leaves()
    {
        var world = new World();
        var first = world.Ready();
        world.KillAt = step => step == "disk intent done";
        world.Issue("a", 0);
        world.Issue("b");
        first.Kill();
        world.KillAt = _ => false;
        // A signal that was left is decided anew a bounded number of times, so that a circle ends the test, not the machine.
        var decided = 0;
        world.Start(options => options with { Decide = (_, _) => ++decided < 1_000 ? Task.FromResult<Decision>(new Decision.Decline("not now")) : new TaskCompletionSource<Decision>().Task });
        world.Time.Pass(10_000);
        Assert.True(world.Named(NoticeName.Declined).Count >= 2);
        Assert.Equal(2, world.Server.To("/signals?").Count);
    }

    [Theory]
    [InlineData("submit done", 1, "FILLED")]
    [InlineData("disk submitting done", 0, "not at the venue")]
    public void The_venue_is_asked_about_an_order_that_may_have_left_and_it_is_never_sent_again(string step, int orders, string expected)
    {
        var world = KilledAt(step);
        Assert.Equal((orders, expected), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
    }

    [Fact]
    public void What_an_incomplete_listing_does_not_show_stays_in_doubt_until_there_is_a_fact()
    {
        var world = KilledAt("disk submitting done", each => each.Venue.IsComplete = false);
        world.Time.Pass(60_000);
        Assert.Empty(world.ReportTypes);
        Assert.Single(world.Named(NoticeName.InDoubt));
        world.Venue.Orders["tw-61"] = new OrderFact { ClientOrderId = "tw-61", Status = ReportType.Filled };
        world.Time.Pass(60_000);
        Assert.Equal(["FILLED"], world.ReportTypes);
    }

    [Fact]
    public void What_was_not_delivered_before_a_restart_is_delivered_after_it_with_the_same_id()
    {
        var world = KilledAt("POST /deliveries/a.default/reports");
        Assert.Equal(["FILLED"], world.ReportTypes);
        var written = world.Disk.Records.OfType<LedgerRecord.Reporting>().First();
        Assert.Equal(written.Report.Body.ReportId, world.Server.Reports[0].Body.ReportId);
    }

    [Theory]
    [InlineData(true, "FILLED")]
    [InlineData(false, "not at the venue")]
    public void The_venue_is_asked_when_nobody_knows_whether_an_order_arrived(bool isThere, string expected)
    {
        var world = new World();
        world.Venue.Script = order =>
        {
            if (!isThere) world.Venue.Orders.Remove(order.ClientOrderId);
            throw new TimeoutException("timed out");
        };
        world.Ready();
        world.Issue("a", 1_000);
        Assert.Equal((1, expected), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
    }

    [Fact]
    public void An_entry_that_outlived_its_process_comes_off_and_the_stop_of_a_position_stays()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        var first = world.Ready();
        world.Issue("a");
        world.Issue("b");
        world.Venue.Heard(new OrderFact { ClientOrderId = "tw-62", Status = ReportType.Filled });
        world.Time.Pass(10);
        first.Kill();
        world.Ready();
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
        world.Venue.Heard(new OrderFact { ClientOrderId = "tw-62-S", Status = ReportType.Closed, Leg = Leg.Stop });
        world.Time.Pass(10);
        Assert.Equal(["SUBMITTED", "SUBMITTED", "FILLED", "CANCELLED", "CLOSED"], world.ReportTypes);
    }

    [Fact]
    public void It_finds_the_orders_of_an_executor_that_was_here_before_and_does_not_speak_for_one_that_may_still_send()
    {
        var world = new World();
        world.Server.InDoubt = [world.Server.DeliveryOf("x", "CLAIMED"), world.Server.DeliveryOf("y", "CLAIMED")];
        var order = ScriptedServer.OrderIdOf("x");
        world.Venue.Orders[order] = new OrderFact { ClientOrderId = order, Status = ReportType.Filled };
        var process = world.Ready();
        world.Time.Pass(100);
        var (delivery, body) = Assert.Single(world.Server.Reports);
        Assert.Equal(("x.default", ReportType.Filled, 7L), (delivery, body.Type, body.Fence));
        Assert.Equal(["y"], process.Executor.InDoubt);
    }

    [Fact]
    public void It_settles_what_the_server_doubts_later()
    {
        var world = new World();
        var claims = 0;
        world.Server.Script = call =>
        {
            if (!call.Path.EndsWith("claim", StringComparison.Ordinal)) return Task.FromResult<Fate?>(null);
            claims += 1;
            return Task.FromResult<Fate?>(claims == 1 ? Fate.IsUnheard : Fate.Refusal(409, "EXPIRED"));
        };
        world.Ready();
        world.Issue("a", 1_000);
        world.Do(() => world.Server.Say("delivery.in_doubt", new JsonObject { ["delivery"] = world.Server.DeliveryOf("a", "IN_DOUBT") }));
        world.Time.Pass(10);
        Assert.Equal(["never submitted"], world.ReportTypes);
    }

    [Fact]
    public void It_sends_one_order_at_most_and_accounts_for_every_grant_wherever_it_is_killed_twice()
    {
        var rehearsal = new World();
        rehearsal.Ready();
        rehearsal.Issue("a");
        var steps = rehearsal.Steps.Count * 2 + 2;
        for (var firstAt = 0; firstAt < steps; firstAt += 1)
        {
            for (var secondAt = 0; secondAt < 8; secondAt += 1) KilledTwice(firstAt, secondAt);
        }
    }

    private static void KilledTwice(int firstAt, int secondAt)
    {
        var world = new World();
        var (count, killAt) = (0, firstAt);
        world.KillAt = _ => count++ == killAt;
        foreach (var next in new[] { secondAt, int.MaxValue, int.MaxValue })
        {
            var process = world.Ready();
            if (!world.Server.Signals.ContainsKey("a")) world.Do(() => world.Server.Issue("a"));
            world.Time.Pass(10);
            if (next == int.MaxValue && killAt == next) break;
            process.Kill();
            (count, killAt) = (0, next);
            var isOpen = world.Server.Grants.ContainsKey("a") && world.Server.Reports.Count == 0;
            world.Server.InDoubt = isOpen ? [world.Server.DeliveryOf("a", "CLAIMED")] : [];
        }
        world.Time.Pass(1_000);
        var where = $"killed at {firstAt}, then at {secondAt}: {string.Join(", ", world.Steps)}";
        Assert.True(world.Venue.Submitted.Count <= 1, $"sent twice, {where}");
        var types = world.Server.Reports.Select(report => report.Body.Type).Distinct().ToList();
        Assert.True(types.Count == 1, $"{string.Join(", ", types)} reported, {where}");
        Assert.True(types.Contains(ReportType.Filled) == (world.Venue.Submitted.Count == 1), $"not the truth, {where}");
    }

    /// <summary>Killed at that step of signal <c>a</c>; then a second process on the same disk, which is told what is in doubt.</summary>
    private static World KilledAt(string step, Action<World>? prepare = null)
    {
        var world = new World();
        var first = world.Ready();
        world.KillAt = each => each == step;
        world.Issue("a");
        first.Kill();
        world.KillAt = _ => false;
        if (world.Server.Grants.ContainsKey("a")) world.Server.InDoubt = [world.Server.DeliveryOf("a", "CLAIMED")];
        prepare?.Invoke(world);
        world.Start();
        world.Time.Pass(100);
        return world;
    }
}
