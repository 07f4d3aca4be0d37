package readiness

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
)

// nfs is the port of EFS.
const nfs = 2049

const mountFailure = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "

// mounts answers whether ECS can mount the EFS volumes of the task.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
func (t Task) mounts() awsmodel.Answer {
	answer := nothing
	for _, volume := range t.Definition.Objects("volumes") {
		efs := volume.Object("efsVolumeConfiguration")
		if efs == nil {
			continue
		}
		for _, ask := range []func(graph.Props) awsmodel.Answer{t.mountTarget, t.accessPoint, t.mountAccess} {
			if answer = answer.Then(ask(efs)); !answer.OK() {
				return answer
			}
		}
	}
	return answer
}

// mountTarget answers whether the file system has a mount target in the task's zone that the task can reach.
func (t Task) mountTarget(efs graph.Props) awsmodel.Answer {
	id := efs.Text("fileSystemId")
	zone := t.zone(t.Interface.Subnets[0])
	target := t.Graph.Find(graph.MountTarget, t.Region, func(m *graph.Resource) bool {
		return m.Text("fileSystemId") == id && t.zone(m.Text("subnetId")) == zone
	})
	unresolved := mountFailure + fmt.Sprintf("Failed to resolve \"%s.efs.%s.amazonaws.com\" - check that your file "+
		"system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. : unsuccessful EFS "+
		"utils command execution; code: 1", id, t.Region)
	if target == nil {
		return awsmodel.Answer{}.Refute("mount target of "+id, "none in "+zone).WithSymptom(unresolved)
	}
	if answer := t.network().ResolvesPrivateNames(t.Interface); !answer.OK() {
		return answer.WithSymptom(unresolved)
	}
	subnets := []string{target.Text("subnetId")}
	there := network.Interface{
		Name: "mount target " + target.ID, Subnets: subnets, Groups: target.Strings("securityGroups"),
		Addresses: t.network().Ranges(subnets),
	}
	return t.network().Between(t.Interface, there, nfs).
		WithSymptom(mountFailure + "mount.nfs4: Connection timed out : unsuccessful EFS utils command execution; code: 32")
}

func (t Task) zone(subnet string) string {
	if s := t.Graph.Get(graph.Subnet, t.Region, subnet); s != nil {
		return s.Text("availabilityZone")
	}
	return ""
}

// accessPoint answers whether the mounted directory exists. The root of a file system exists; another directory exists
// only if an access point creates it.
func (t Task) accessPoint(efs graph.Props) awsmodel.Answer {
	id := efs.Object("authorizationConfig").Text("accessPointId")
	root := efs.Text("rootDirectory")
	if id == "" {
		if root != "" && root != "/" {
			return awsmodel.Answer{}.Refute("directory "+root, "nothing creates it").WithSymptom(t.missing(efs, root))
		}
		return nothing
	}
	point := t.Graph.Get(graph.AccessPoint, t.Region, id)
	if point == nil || point.Text("fileSystemId") != efs.Text("fileSystemId") {
		return awsmodel.Answer{}.Refute("access point "+id, "is not one of "+efs.Text("fileSystemId")).
			WithSymptom(mountFailure + "mount.nfs4: access denied by server while mounting 127.0.0.1:/")
	}
	directory := point.Object("rootDirectory")
	if path := directory.Text("path"); path != "" && path != "/" && directory.Object("creationInfo") == nil {
		return awsmodel.Answer{}.Refute("directory "+path, "the access point has no creationInfo").
			WithSymptom(t.missing(efs, path))
	}
	return awsmodel.Answer{}.Prove("access point "+id, "its directory is created when it is first mounted")
}

func (t Task) missing(efs graph.Props, path string) string {
	return mountFailure + fmt.Sprintf("mount.nfs4: mounting %s.efs.%s.amazonaws.com:%s failed, reason given by server: "+
		"No such file or directory : unsuccessful EFS utils command execution; code: 32",
		efs.Text("fileSystemId"), t.Region, path)
}

// mountAccess answers whether the policy of the file system and, with IAM authorization, the policies of the task role
// allow the task to mount and write. A file system without a policy accepts anonymous clients.
// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
func (t Task) mountAccess(efs graph.Props) awsmodel.Answer {
	id := efs.Text("fileSystemId")
	authorization := efs.Object("authorizationConfig")
	byRole := authorization.Text("iam") == "ENABLED"
	own := t.Graph.Find(graph.FileSystemPol, t.Region, func(p *graph.Resource) bool {
		return p.Text("fileSystemId") == id
	})
	policy := `{"Version": "2012-10-17", "Statement": []}`
	switch {
	case own != nil:
		policy = own.Text("policy")
	case !byRole:
		return nothing
	}
	var role *graph.Resource
	if byRole {
		arn := t.Definition.Text("taskRoleArn")
		role = identity.Role(t.Graph, arn)
		if role == nil && arn != "" && t.Partial {
			return awsmodel.Answer{}.Doubt("role "+arn, "is not in the stack: what it may do is not known")
		}
	}
	context := map[string]string{
		"aws:SecureTransport":                      strconv.FormatBool(efs.Text("transitEncryption") == "ENABLED"),
		"elasticfilesystem:AccessedViaMountTarget": "true",
	}
	if point := authorization.Text("accessPointId"); point != "" {
		context["elasticfilesystem:AccessPointArn"] = t.arnOf(graph.AccessPoint, point, "access-point/")
	}
	answer := nothing
	for _, action := range []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"} {
		may := identity.AllowsAt(t.Graph, role, policy, action, t.arnOf(graph.FileSystem, id, "file-system/"), context)
		answer = answer.Then(may).
			WithSymptom(mountFailure + "mount.nfs4: access denied by server while mounting 127.0.0.1:/")
		if !answer.OK() {
			return answer
		}
	}
	return answer
}

// arnOf returns the ARN of an EFS resource, from the graph or built from its id.
func (t Task) arnOf(typ, id, path string) string {
	arn := ""
	if r := t.Graph.Get(typ, t.Region, id); r != nil {
		arn = r.Text("arn")
	}
	return cmp.Or(arn, t.Arn("elasticfilesystem", path+id))
}
