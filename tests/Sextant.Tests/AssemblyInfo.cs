using Xunit.Sdk;
using Xunit.v3;

// libtorch's global generator is shared by everything in the process, so two tests that train would change each other's
// numbers; and its arithmetic is what most of the time goes to.
[assembly: Parallelization(Mode = ParallelMode.None)]
