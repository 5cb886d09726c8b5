using System.Runtime.CompilerServices;
using Sextant.Cli;

namespace Sextant.Tests;

/// <summary>Tests use memory and wait for threads as the command line does.</summary>
internal static class TestProcess
{
    [ModuleInitializer]
    internal static void Start() => NativeSettings.Apply();
}
