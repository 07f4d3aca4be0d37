//go:build unix && !linux

package driver

import (
	"os/exec"
	"syscall"
)

// setAttributes cannot have the process end with its parent, as on Linux. Die ends the engine everywhere.
func setAttributes(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
