// Package modules tells which versions of Go modules the running program is built with.
package modules

import (
	"runtime/debug"
	"strings"
)

// Version is that of a module without its "v", such as 6.83.4; empty for one that the program does not have.
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
