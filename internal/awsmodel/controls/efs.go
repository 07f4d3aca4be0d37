package controls

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

const efsBackup = "aws:efs/backupPolicy:BackupPolicy"

// backupPlans is why a control on them is beyond a graph.
const backupPlans = "AWS Backup's plans are the account's and choose by tags what they back up: no stack holds them"

var efsControls = []Control{
	{
		ID: "EFS.1", Severity: Medium, Title: "File systems are encrypted", types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, which replaces the file system; Uploads does",
	},
	{ID: "EFS.2", Severity: Medium, Title: "File systems are in a backup plan", beyond: backupPlans},
	{
		ID: "EFS.3", Severity: Medium, Title: "Access points open a directory and not everything",
		types: []string{graph.AccessPoint},
		check: isNot("rootDirectory.path", "/", "/"), Fix: "set rootDirectory.path; Uploads does",
	},
	{
		ID: "EFS.4", Severity: Medium, Title: "Access points decide who writes", types: []string{graph.AccessPoint},
		check: set("posixUser"), Fix: "set posixUser; Uploads does",
	},
	{
		ID: "EFS.6", Severity: Medium, Title: "File systems are in no public subnet", types: []string{graph.MountTarget},
		check: inSubnet(is("mapPublicIpOnLaunch", "false", "false")),
		Fix:   "set network.mode: dedicated, or network.privateSubnetIds; the default VPC has public subnets alone",
	},
	{
		ID: "EFS.7", Severity: Medium, Title: "File systems are backed up daily", types: []string{graph.FileSystem},
		check: with(efsBackup, "fileSystemId", no(efsBackup), is("backupPolicy.status", "", "ENABLED")),
		Fix:   "set uploads.backup: true",
	},
	{
		ID: "EFS.8", Severity: Medium, Title: "File systems are encrypted (AWS asks for it twice)",
		types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, which replaces the file system; Uploads does",
	},
}

// inSubnet judges the subnet that a resource is in.
func inSubnet(then check) check {
	return func(s subject) outcome {
		if _, known := s.At("subnetId"); !known {
			return unsure("subnetId")
		}
		subnet := s.g.Get(graph.Subnet, s.Region, s.Text("subnetId"))
		if subnet == nil {
			return outcome{Undecided, "subnetId", "subnet " + s.Text("subnetId") + " is not in the graph"}
		}
		o := then(subject{subnet, s.g})
		if o.status == Fail {
			return failed("subnetId", "%s of subnet %s", o.why, subnet.ID)
		}
		return o
	}
}
