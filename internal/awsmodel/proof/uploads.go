package proof

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// keeps answers whether Live Beats can write to each shared file system of its tasks. AWS reports no error if it
// cannot: uploads fail, or are lost with the task.
func (s *service) keeps() awsmodel.Answer {
	var answer awsmodel.Answer
	volumes := slices.DeleteFunc(s.tasks[0].Definition.Objects("volumes"), func(volume graph.Props) bool {
		return volume.Object("efsVolumeConfiguration") == nil
	})
	switch {
	case len(volumes) == 0:
		return answer
	case !s.containers.OK():
		return s.containers
	case !liveBeats(s.app()):
		return answer
	}
	app := s.app()
	for _, volume := range volumes {
		efs := volume.Object("efsVolumeConfiguration")
		what := fmt.Sprintf("container %s writes to volume %s", app.Name, volume.Text("name"))
		switch mount := mountOf(app, volume.Text("name")); {
		case mount == nil:
			return answer.Refute(what, "it does not mount the volume").
				WithSymptom("uploads are written to the task's own disk, and lost with the task")
		case mount.ReadOnly:
			return answer.Refute(what, "it mounts the volume read-only").WithSymptom("uploads fail: read-only file system")
		}
		if answer = answer.Then(s.writable(what, efs)); !answer.OK() {
			return answer
		}
	}
	return answer
}

func mountOf(c taskdef.Container, volume string) *taskdef.MountPoint {
	for _, m := range c.MountPoints {
		if m.SourceVolume == volume {
			return &m
		}
	}
	return nil
}

// writable answers whether the mounted directory lets the app's user write. The root of a file system belongs to root.
// https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
func (s *service) writable(what string, efs graph.Props) awsmodel.Answer {
	var answer awsmodel.Answer
	const denied = "uploads fail: permission denied"
	id := efs.Object("authorizationConfig").Text("accessPointId")
	if id == "" {
		return answer.Refute(what, fmt.Sprintf("without an access point, the directory belongs to root, and the app runs as "+
			"user %d", livebeats.User)).WithSymptom(denied)
	}
	point := s.Graph.Get(graph.AccessPoint, s.Region, id)
	if point == nil {
		return answer.Doubt(what, "access point "+id+" is not in the stack")
	}
	uid, gid := livebeats.User, livebeats.User
	if user := point.Object("posixUser"); user != nil {
		uid, gid = user.Int("uid"), user.Int("gid")
	}
	owner, group, permissions := 0, 0, "755" // The root of the file system.
	root := point.Object("rootDirectory")
	created := root.Object("creationInfo")
	switch path := root.Text("path"); {
	case created != nil:
		owner, group, permissions = created.Int("ownerUid"), created.Int("ownerGid"), created.Text("permissions")
	case root == nil:
		return answer.Doubt(what, "the root directory of access point "+id+" is not known")
	case path != "" && path != "/":
		return answer // Nothing creates it: that is for the check of the volumes.
	}
	const octal, bits, write = 8, 3, 0o2
	mode, err := strconv.ParseUint(permissions, octal, bits*bits+bits)
	if err != nil {
		return answer.Doubt(what, fmt.Sprintf("its permissions %q are not known", permissions))
	}
	class := 0
	switch {
	case uid == 0:
		return answer.Prove(what, "the access point acts as root")
	case uid == owner:
		class = 2
	case gid == group:
		class = 1
	}
	if mode>>(bits*class)&write == 0 {
		return answer.Refute(what, fmt.Sprintf("the directory is %d:%d with permissions %s, and the app acts as %d:%d",
			owner, group, permissions, uid, gid)).WithSymptom(denied)
	}
	return answer.Prove(what, fmt.Sprintf("access point %s acts as %d:%d, which may write", id, uid, gid))
}
