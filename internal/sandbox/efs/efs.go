// Package efs is what EFS does beyond the facts: where mount targets may stand, and policies that lock nobody out.
package efs

import (
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	fileSystemType  = "aws:efs/fileSystem:FileSystem"
	mountTargetType = "aws:efs/mountTarget:MountTarget"
	policyType      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	subnetType      = "aws:ec2/subnet:Subnet"
)

// Behaviours of file systems, their mount targets and policies.
var Behaviours = map[string]provider.Behaviour{
	fileSystemType:  {Check: checkFileSystem, Create: createFileSystem},
	mountTargetType: {Check: checkMountTarget, Create: createMountTarget, Update: admitGroups},
	policyType:      {Check: checkPolicy, Create: admitPolicy, Update: admitPolicy},
}
