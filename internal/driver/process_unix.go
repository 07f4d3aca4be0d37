//go:build !linux

package driver

import "os/exec"

// dieWithParent does nothing: only Linux ends a process with its parent. Die ends the engine everywhere.
func dieWithParent(*exec.Cmd) {}
