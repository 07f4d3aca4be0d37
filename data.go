package main

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
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

func newData(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	network *components.Network, groups *components.SecurityGroups, versions map[string]int,
) (d data, err error) {
	if cfg.Database.Mode == config.DatabaseCreate {
		if d.database, err = newDatabase(ctx, name, cfg, account, network, groups, versions); err != nil {
			return d, err
		}
		warnOfKey(ctx, "the database", cfg.KMSKeyARN, d.database.KmsKeyArn)
		d.dependencies = append(d.dependencies, d.database)
	}
	if cfg.Uploads.Mode != config.UploadsEFS {
		return d, nil
	}
	count, err := taskSubnets(ctx, cfg)
	if err != nil {
		return d, err
	}
	uploads, err := components.NewUploads(ctx, name, &components.UploadsArgs{
		VpcId:                  network.VpcId,
		SubnetIds:              network.TaskSubnetIds,
		SubnetCount:            count,
		ServiceSecurityGroupId: groups.ServiceSecurityGroupId,
		Backup:                 &cfg.Uploads.Backup,
		Protect:                cfg.Protect,
		KmsKeyArn:              optional(cfg.KMSKeyARN),
	})
	if err != nil {
		return d, err
	}
	warnOfKey(ctx, "the file system", cfg.KMSKeyARN, uploads.KmsKeyArn)
	d.dependencies = append(d.dependencies, uploads)
	d.files = files{
		uploads.FileSystemId, uploads.AccessPointId,
		uploads.FileSystemArn.ToStringPtrOutput(), uploads.AccessPointArn.ToStringPtrOutput(), cfg.Uploads.MountPath,
	}
	if cfg.Uploads.AppPatched {
		return d, nil
	}
	return d, ctx.Log.Warn("uploads.mode efs keeps the files, but the app as it is asks the task that took a file for "+
		"it, by an address that dies with the task (LIVE_BEATS_SERVER_IP in rel/env.sh.eex). Give all tasks one value "+
		"there, and set uploads.appPatched to true", nil)
}

func newDatabase(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	network *components.Network, groups *components.SecurityGroups, versions map[string]int,
) (*components.Database, error) {
	db := &cfg.Database
	if _, known := awsmodel.MaxDBConnections(db.InstanceClass); !known {
		if err := ctx.Log.Warn("how many connections "+db.InstanceClass+" takes is not known here: compare its "+
			"max_connections with 2 repos x service.poolSize x tasks x 200 %", nil); err != nil {
			return nil, err
		}
	}
	paths := map[string]string{}
	for _, variable := range db.Variables() {
		paths[variable] = cfg.Secrets[variable]
	}
	return components.NewDatabase(ctx, name, &components.DatabaseArgs{
		Account:                account,
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
		Protect:                cfg.Protect,
		KmsKeyArn:              optional(cfg.KMSKeyARN),
		ParameterKmsKeyArn:     optional(cfg.KMSKeyARN),
		Found:                  versions,
	})
}

// taskSubnets is in how many subnets the tasks run: each needs a mount target, and the plan has to say so before the
// subnets exist.
func taskSubnets(ctx *pulumi.Context, cfg *config.Config) (int, error) {
	switch n := cfg.Network; {
	case n.Mode == config.NetworkDedicated:
		return n.Zones, nil
	case n.Mode == config.NetworkExisting && len(n.PrivateSubnetIDs) > 0 && n.Placement != "public":
		return len(n.PrivateSubnetIDs), nil
	case n.Mode == config.NetworkExisting:
		return len(n.PublicSubnetIDs), nil
	}
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Default: pulumi.BoolRef(true)})
	if err != nil {
		return 0, err
	}
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{Filters: []ec2.GetSubnetsFilter{
		{Name: "vpc-id", Values: []string{vpc.Id}}, {Name: "default-for-az", Values: []string{"true"}},
	}})
	if err != nil {
		return 0, err
	}
	return len(subnets.Ids), nil
}

// secretPaths are the parameters that are not the database's.
func secretPaths(cfg *config.Config) map[string]string {
	paths := maps.Clone(cfg.Secrets)
	if cfg.Database.Mode == config.DatabaseCreate {
		for _, variable := range cfg.Database.Variables() {
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
