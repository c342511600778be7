namespace Tapewire.Bridge;

internal static class Placeholder;
