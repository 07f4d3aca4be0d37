package driver

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
)

const pins = "module x\n\nrequire github.com/pulumi/pulumi/pkg/v3 v3.259.0\n"

// fakeGo "builds" a CLI that reports the version in the linker flags, and notes how it was called.
const fakeGo = `#!/bin/sh
echo "GOWORK=$GOWORK GOFLAGS=$GOFLAGS $*" >> "$(PATH=/bin:/usr/bin dirname "$0")/calls"
while [ "$1" != "-o" ]; do [ "$1" = "-ldflags" ] && flags="$2"; shift; done
printf '#!/bin/sh\necho %s\n' "${flags##*=}" > "$2"
PATH=/bin:/usr/bin chmod +x "$2"
`

func script(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o700)) //nolint:gosec // It must be executable.
}

func cliOf(version string) string { return "#!/bin/sh\necho " + version + "\n" }

// Not parallel: PATH belongs to the process.
func TestFind(t *testing.T) {
	tests := map[string]struct{ cached, path, goTool, want, log, err string }{
		"built before":   {cached: "v3.259.0", path: "v3.300.0", want: "3.259.0"},
		"on PATH":        {path: "v3.255.0", want: "3.255.0", log: "engine: pulumi 3.255.0 from PATH\n"},
		"PATH too old":   {path: "v3.254.9", goTool: fakeGo, want: "3.259.0", log: building},
		"PATH too new":   {path: "v4.0.0", goTool: fakeGo, want: "3.259.0", log: building},
		"PATH unstamped": {path: "", goTool: fakeGo, want: "3.259.0", log: building},
		"no Go": {err: "build the Pulumi CLI: the go command is not on PATH: " +
			"install Go, or Pulumi 3.255.0 or newer, and run again"},
		"build fails": {
			goTool: "#!/bin/sh\necho no disk left; exit 1\n", log: building,
			err: "build the Pulumi CLI: exit status 1\nno disk left",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := newDir(t, map[string]string{"tools/go.mod": pins})
			log := &bytes.Buffer{}
			tools := &toolchain{tools: filepath.Join(dir, "tools"), cache: filepath.Join(dir, "cache"), log: log}
			t.Setenv("PATH", filepath.Join(dir, "bin"))
			script(t, filepath.Join(dir, "bin", "pulumi"), cliOf(test.path))
			if test.goTool != "" {
				script(t, filepath.Join(dir, "bin", "go"), test.goTool)
			}
			if test.cached != "" {
				script(t, filepath.Join(tools.cache, "pulumi-v3.259.0", "bin", "pulumi"), cliOf(test.cached))
			}
			cli, err := tools.find(t.Context())
			require.Equal(t, test.log, log.String())
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, cli.Version().String())
		})
	}
}

const building = "engine: building the Pulumi CLI v3.259.0, once per version, about 3 minutes on two cores\n"

// Not parallel: PATH belongs to the process.
func TestBuildOnce(t *testing.T) {
	dir := newDir(t, map[string]string{"tools/go.mod": pins})
	script(t, filepath.Join(dir, "bin", "go"), fakeGo)
	t.Setenv("PATH", filepath.Join(dir, "bin"))
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOWORK", "/theirs/go.work")
	var group sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		group.Go(func() {
			tools := &toolchain{
				tools: filepath.Join(dir, "tools"), cache: filepath.Join(dir, "cache"), log: &bytes.Buffer{},
			}
			_, errs[i] = tools.find(t.Context())
		})
	}
	group.Wait()
	require.Equal(t, make([]error, len(errs)), errs)
	root := filepath.Join(dir, "cache", "pulumi-v3.259.0", "bin")
	require.Equal(t, fmt.Sprintf("GOWORK=off GOFLAGS=-mod=readonly build -C %s -ldflags "+
		"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0 -o %s "+
		"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi\n", filepath.Join(dir, "tools"), filepath.Join(root, "partial")),
		read(t, dir, "bin", "calls"))
	require.NoFileExists(t, filepath.Join(root, "partial"))
}

// TestRequiredVersion holds Pulumi.yaml, which is what a user's own pulumi heeds, to what the driver takes from PATH.
func TestRequiredVersion(t *testing.T) {
	t.Parallel()
	project, err := workspace.LoadProject(filepath.Join("..", "..", projectFile))
	require.NoError(t, err)
	require.Equal(t, ">="+minimumCLI.String(), project.RequiredPulumiVersion)
}

func TestPinned(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, want, err string }{
		"pinned":    {file: pins, want: "v3.259.0"},
		"elsewhere": {file: "module x\n", err: "read the Pulumi CLI's version: %s does not require " + cliModule},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newDir(t, map[string]string{"go.mod": test.file})
			version, err := (&toolchain{tools: dir}).pinned()
			require.Equal(t, test.want, version)
			if test.err != "" {
				require.EqualError(t, err, fmt.Sprintf(test.err, filepath.Join(dir, "go.mod")))
			}
		})
	}
}
