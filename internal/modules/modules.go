// Package modules reports the versions of the Go modules in the running program.
package modules

import (
	"runtime/debug"
	"strings"
)

// Version returns the version of the module with this path, without the leading "v", for example 6.83.4. It returns ""
// if the program does not contain the module, or if the binary does not list its modules, as a test binary.
func Version(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if module.Path == path {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}
