package main

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// data is what outlives the tasks. What the stack has none of is nil or zero.
type data struct {
	database *components.Database
	files    files
	// dependencies are the components that tasks cannot start before.
	dependencies []pulumi.Resource
}

// files is how the tasks reach the uploads.
type files struct {
	fileSystemID, accessPointID   pulumi.StringInput
	fileSystemArn, accessPointArn pulumi.StringPtrInput
	mountPath                     string
}

func (s *stack) newData(network *components.Network, groups *components.SecurityGroups) (d data, err error) {
	if s.cfg.Database.Mode == config.DatabaseCreate {
		if d.database, err = s.newDatabase(network, groups); err != nil {
			return d, err
		}
		s.warnOfKey("the database", d.database.KmsKeyArn)
		d.dependencies = append(d.dependencies, d.database)
	}
	if s.cfg.Uploads.Mode != config.UploadsEFS {
		return d, nil
	}
	uploads, err := components.NewUploads(s.ctx, s.name, &components.UploadsArgs{
		VpcId:                  network.VpcId,
		SubnetIds:              network.TaskSubnetIds,
		SubnetCount:            s.taskSubnets(),
		ServiceSecurityGroupId: groups.ServiceSecurityGroupId,
		Backup:                 &s.cfg.Uploads.Backup,
		Protect:                s.cfg.Protect,
		KmsKeyArn:              s.key(),
	})
	if err != nil {
		return d, err
	}
	s.warnOfKey("the file system", uploads.KmsKeyArn)
	d.dependencies = append(d.dependencies, uploads)
	d.files = files{
		uploads.FileSystemId, uploads.AccessPointId,
		uploads.FileSystemArn.ToStringPtrOutput(), uploads.AccessPointArn.ToStringPtrOutput(), s.cfg.Uploads.MountPath,
	}
	if s.cfg.Uploads.AppPatched {
		return d, nil
	}
	return d, s.ctx.Log.Warn("uploads.mode efs keeps the files, but the app as it is asks the task that took a file for "+
		"it, by an address that dies with the task (LIVE_BEATS_SERVER_IP in rel/env.sh.eex). Give all tasks one value "+
		"there, and set uploads.appPatched to true", nil)
}

func (s *stack) newDatabase(
	network *components.Network, groups *components.SecurityGroups,
) (*components.Database, error) {
	db := &s.cfg.Database
	if _, known := awsmodel.MaxDBConnections(db.InstanceClass); !known {
		if err := s.ctx.Log.Warn("how many connections "+db.InstanceClass+" takes is not known here: compare its "+
			"max_connections with 2 repos x service.poolSize x tasks x 200 %", nil); err != nil {
			return nil, err
		}
	}
	paths := map[string]string{}
	for _, variable := range db.Variables() {
		paths[variable] = s.cfg.Secrets[variable]
	}
	return components.NewDatabase(s.ctx, s.name, &components.DatabaseArgs{
		Account:                s.account,
		VpcId:                  network.VpcId,
		SubnetIds:              network.DatabaseSubnetIds,
		ServiceSecurityGroupId: groups.ServiceSecurityGroupId,
		Variant:                components.DatabaseVariant(db.Variant),
		Paths:                  paths,
		InstanceClass:          db.InstanceClass,
		Version:                db.Version,
		MultiAz:                db.MultiAZ,
		StorageGib:             db.Storage,
		MaxStorageGib:          db.MaxStorage,
		BackupDays:             &db.BackupDays,
		ForceTls:               db.ForceTLS,
		FinalSnapshot:          &db.FinalSnapshot,
		Protect:                s.cfg.Protect,
		KmsKeyArn:              s.key(),
		ParameterKmsKeyArn:     s.key(),
		Found:                  s.versions,
	})
}

// taskSubnets is in how many subnets the tasks run: each needs a mount target, and the plan has to say so before the
// subnets exist.
func (s *stack) taskSubnets() int {
	switch n := s.cfg.Network; {
	case n.Mode == config.NetworkDedicated:
		return n.Zones
	case n.Mode == config.NetworkExisting && len(n.PrivateSubnetIDs) > 0 && n.Placement != "public":
		return len(n.PrivateSubnetIDs)
	case n.Mode == config.NetworkExisting:
		return len(n.PublicSubnetIDs)
	}
	return len(publicSubnets(s.observed))
}

// secretPaths are the parameters that are not the database's.
func (s *stack) secretPaths() map[string]string {
	paths := maps.Clone(s.cfg.Secrets)
	if s.cfg.Database.Mode == config.DatabaseCreate {
		for _, variable := range s.cfg.Database.Variables() {
			delete(paths, variable)
		}
	}
	return paths
}

// parameterArns adds the database's parameters to the others.
func (d data) parameterArns(secrets pulumi.StringMapOutput) pulumi.StringMapOutput {
	if d.database == nil {
		return secrets
	}
	return pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2(secrets, d.database.ParameterArns, union[string]))
}

// parameterVersions make a new value of any of them a new revision of the tasks.
func (d data) parameterVersions(secrets pulumi.IntMapOutput) pulumi.IntMapOutput {
	if d.database == nil {
		return secrets
	}
	return pulumix.Cast[pulumi.IntMapOutput](pulumix.Apply2(secrets, d.database.ParameterVersions, union[int]))
}

func (d data) parameterKeyArns(secrets pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	if d.database == nil {
		return secrets
	}
	return pulumix.Cast[pulumi.StringArrayOutput](pulumix.Apply2(secrets, d.database.ParameterKeyArns,
		func(a, b []string) []string { return slices.Concat(a, b) }))
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
