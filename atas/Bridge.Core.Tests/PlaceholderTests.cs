using Xunit;

namespace Tapewire.Bridge.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void The_tests_run() => Assert.Equal(4, 2 + 2);
}
