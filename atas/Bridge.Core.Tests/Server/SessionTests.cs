using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class SessionTests
{
    [Fact]
    public void Its_entries_come_off_when_its_lease_runs_out_here_and_it_goes_on_when_it_is_renewed()
    {
        var world = SilentServer();
        world.Time.Pass(10_900);
        Assert.Empty(world.Venue.Cancelled);
        world.Time.Pass(100);
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
        Assert.Single(world.Named(NoticeName.LeaseLapsed));
        world.Issue("b");
        Assert.Empty(world.Server.To("b/claim"));

        world.Server.On("nothing", null);
        world.Time.Pass(5_000);
        Assert.Single(world.Named(NoticeName.LeaseRegained));
        Assert.Single(world.Server.To("b/claim"));
    }

    [Fact]
    public void It_lets_go_of_the_account_although_a_heartbeat_hangs_for_ever()
    {
        var world = SilentServer();
        world.Server.Script = async call =>
        {
            if (call.Path.EndsWith("/heartbeat", StringComparison.Ordinal)) await world.Time.Sleep(3_600_000);
            return null;
        };
        world.Time.Pass(11_100);
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
    }

    [Fact]
    public void The_lease_counts_from_when_the_heartbeat_was_sent()
    {
        var world = new World();
        world.Server.Script = async call =>
        {
            if (call.Path.EndsWith("/heartbeat", StringComparison.Ordinal)) await world.Time.Sleep(9_000);
            return null;
        };
        world.Start();
        world.Time.Pass(15_500);
        // Sent at 5 s, answered at 14 s: it runs to 20 s.
        world.Server.On("/heartbeat", Fate.IsUnheard);
        world.Time.Pass(4_400);
        Assert.Empty(world.Named(NoticeName.LeaseLapsed));
        world.Time.Pass(200);
        Assert.Single(world.Named(NoticeName.LeaseLapsed));
    }

    [Fact]
    public void The_lease_runs_through_a_suspend()
    {
        var world = new World();
        world.Ready();
        world.Time.WallMs += 60_000;
        world.Issue("a");
        Assert.Empty(world.Server.To("claim"));
    }

    [Fact]
    public void Fenced_it_takes_its_entries_off_and_ends()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        var process = world.Ready();
        world.Issue("a");
        world.Server.Epoch += 1;
        world.Time.Pass(10_000);
        Assert.Equal(RunEnd.Fenced, process.Ended);
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
        Assert.Equal(["SUBMITTED", "CANCELLED"], world.ReportTypes);
    }

    [Theory]
    [InlineData("default", 2, "session_lost")]
    [InlineData("paper", 5, "FILLED")]
    [InlineData("default", 1, "FILLED")]
    public void It_sends_nothing_when_it_hears_between_claim_and_order_that_another_has_the_account(string account, int epoch, string expected)
    {
        var world = new World();
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(100) : Task.CompletedTask;
        var process = world.Ready(options => options with { Reopen = true });
        world.Issue("a", 50);
        world.Do(() => world.Server.Say("session.opened", new JsonObject
        {
            ["account"] = account, ["session"] = "other", ["consumer"] = "desk-2", ["epoch"] = epoch,
        }));
        world.Time.Pass(100);
        Assert.Equal([expected], world.ReportTypes);
    }

    [Fact]
    public void It_lets_go_when_somebody_gave_its_account_back_for_it()
    {
        var world = new World();
        var process = world.Ready();
        world.Do(() => world.Server.Say("session.ended", new JsonObject
        {
            ["account"] = "default", ["session"] = "session-1", ["consumer"] = "x", ["reason"] = "released by x",
        }));
        Assert.Equal(RunEnd.Fenced, process.Ended);
    }

    [Fact]
    public void It_waits_for_an_account_that_is_held_takes_over_once_and_after_being_fenced_only_what_is_free()
    {
        var world = new World();
        var held = Fate.Refusal(409, "ACCOUNT_HELD", new JsonObject { ["holder"] = new JsonObject { ["consumer"] = "other" }, ["remaining_ms"] = 3_000 });
        world.Server.Script = call => Task.FromResult(
            call.Path.EndsWith("/sessions", StringComparison.Ordinal) && world.Time.MonotonicMs < 9_000 ? held : null);
        var process = world.Start(options => options with { Takeover = true, Reopen = true });
        world.Time.Pass(5_000);
        Assert.Equal("other", process.Executor.HeldBy);
        world.Time.Pass(4_500);
        Assert.Equal((1L, 4, null), (world.Server.Epoch, world.Server.To("sessions$").Count, process.Executor.HeldBy));
        world.Server.Epoch += 1;
        world.Time.Pass(10_000);
        Assert.Equal((null, 3L), (process.Ended, world.Server.Epoch));
        var asked = world.Server.To("sessions$").Select(call => WireJson.Read<SessionRequest>(call.Json!)).ToList();
        Assert.Equal([true, true, true, true, false], asked.Select(request => request.Takeover));
        Assert.Single(asked.Select(request => request.Instance).Distinct());
        world.Issue("a");
        Assert.Equal(3, world.Server.Reports[0].Body.Epoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_finds_out_what_became_of_a_claim_whose_session_was_lost_before_an_answer_came(bool wasGranted)
    {
        var world = new World();
        world.Ready(options => options with { Reopen = true });
        world.Server.Script = call =>
        {
            if (!call.Path.EndsWith("claim", StringComparison.Ordinal)) return Task.FromResult<Fate?>(null);
            world.Server.Script = next => Task.FromResult(
                next.Path.EndsWith("claim", StringComparison.Ordinal) && world.Server.Epoch < 3 ? Fate.IsUnheard : null);
            return Task.FromResult<Fate?>(wasGranted ? Fate.AnswerIsLost : Fate.IsUnheard);
        };
        world.Issue("a", 1_000);
        world.Server.Epoch += 1;
        if (wasGranted) world.Server.InDoubt = [world.Server.DeliveryOf("a", "CLAIMED")];
        world.Time.Pass(10_000);
        Assert.Equal(3, world.Server.Epoch);
        // Nothing had been granted, so it may be claimed anew; otherwise it is never sent again.
        Assert.Equal([wasGranted ? "never submitted" : "FILLED"], world.ReportTypes);
        Assert.Equal(wasGranted ? 0 : 1, world.Venue.Submitted.Count);
    }

    [Fact]
    public void A_stale_session_is_no_no_when_an_earlier_attempt_may_have_been_granted()
    {
        var world = new World();
        world.Ready(options => options with { Reopen = true });
        var attempts = 0;
        world.Server.Script = async call =>
        {
            if (!call.Path.EndsWith("claim", StringComparison.Ordinal)) return null;
            attempts += 1;
            if (attempts == 1) return Fate.AnswerIsLost;
            // Still under way when the next session is open.
            await world.Time.Sleep(8_000);
            return Fate.Refusal(409, "STALE_EPOCH");
        };
        world.Issue("a", 1_000);
        world.Server.Epoch += 1;
        world.Server.InDoubt = [world.Server.DeliveryOf("a", "CLAIMED")];
        world.Time.Pass(9_000);
        Assert.Equal(ReportType.NotSent, Assert.Single(world.Server.Reports).Body.Type);
    }

    /// <summary>An entry of <c>a</c> rests at the venue, and then no heartbeat is answered any more.</summary>
    private static World SilentServer()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        world.Ready();
        world.Issue("a", 4_000);
        world.Server.On("/heartbeat", Fate.IsUnheard);
        return world;
    }
}
