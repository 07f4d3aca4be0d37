package stack

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// Secrets configures the parameters that are not the database's.
func (s *Stack) Secrets() *components.SecretsArgs {
	return &components.SecretsArgs{
		Account:       s.Account,
		Mode:          components.SecretsMode(s.Config.SecretsMode),
		Paths:         s.secretPaths(),
		KmsKeyArn:     s.key(),
		Protect:       s.Config.Protect,
		FoundVersions: s.versions,
	}
}

// secretPaths are the parameters that are not the database's.
func (s *Stack) secretPaths() map[string]string {
	paths := maps.Clone(s.Config.Secrets)
	if s.HasDatabase() {
		for _, variable := range s.Config.Database.Variables() {
			delete(paths, variable)
		}
	}
	return paths
}

// HasDatabase tells whether the stack has a database of its own.
func (s *Stack) HasDatabase() bool { return s.Config.Database.Mode == config.DatabaseCreate }

// Database configures the stack's own database.
func (s *Stack) Database(network *components.Network, groups *components.SecurityGroups) *components.DatabaseArgs {
	db := &s.Config.Database
	paths := map[string]string{}
	for _, variable := range db.Variables() {
		paths[variable] = s.Config.Secrets[variable]
	}
	return &components.DatabaseArgs{
		Account:                s.Account,
		VpcId:                  network.VpcId,
		SubnetIds:              network.DatabaseSubnetIds,
		ServiceSecurityGroupId: groups.ServiceSecurityGroupId,
		Variant:                components.DatabaseVariant(db.Variant),
		Paths:                  paths,
		InstanceClass:          db.InstanceClass,
		Version:                db.Version,
		MultiAz:                db.MultiAZ,
		Storage:                db.Storage,
		MaxStorage:             db.MaxStorage,
		BackupDays:             &db.BackupDays,
		ForceTls:               db.ForceTLS,
		FinalSnapshot:          &db.FinalSnapshot,
		Protect:                s.Config.Protect,
		KmsKeyArn:              s.key(),
		ParameterKmsKeyArn:     s.key(),
		FoundVersions:          s.versions,
	}
}

// warnOfConnections says that nobody has counted the connections of an instance class that is not known.
func (s *Stack) warnOfConnections() error {
	if _, known := awsmodel.MaxDBConnections(s.Config.Database.InstanceClass); !s.HasDatabase() || known {
		return nil
	}
	return s.ctx.Log.Warn("how many connections "+s.Config.Database.InstanceClass+" takes is not known here: compare its "+
		"max_connections with 2 repos x service.poolSize x tasks x 200 %", nil)
}

// HasUploads tells whether the tasks share a file system.
func (s *Stack) HasUploads() bool { return s.Config.Uploads.Mode == config.UploadsEFS }

// Uploads configures the file system.
func (s *Stack) Uploads(network *components.Network, groups *components.SecurityGroups) *components.UploadsArgs {
	return &components.UploadsArgs{
		VpcId:                  network.VpcId,
		SubnetIds:              network.TaskSubnetIds,
		SubnetCount:            s.taskSubnets(),
		ServiceSecurityGroupId: groups.ServiceSecurityGroupId,
		Backup:                 &s.Config.Uploads.Backup,
		Protect:                s.Config.Protect,
		KmsKeyArn:              s.key(),
	}
}

func (s *Stack) warnOfUploads() error {
	if !s.HasUploads() || s.Config.Uploads.AppPatched {
		return nil
	}
	return s.ctx.Log.Warn("uploads.mode efs keeps the files, but the app as it is asks the task that took a file for "+
		"it, by an address that dies with the task (LIVE_BEATS_SERVER_IP in rel/env.sh.eex). Give all tasks one value "+
		"there, and set uploads.appPatched to true", nil)
}

// warnOfKeys reports data that keeps another key than the one in the config.
func (s *Stack) warnOfKeys(p *Parts) {
	if p.Database != nil {
		s.warnOfKey("the database", p.Database.KmsKeyArn)
	}
	if p.Uploads != nil {
		s.warnOfKey("the file system", p.Uploads.KmsKeyArn)
	}
}

func (s *Stack) warnOfKey(what string, has pulumi.StringOutput) {
	if s.Config.KMSKeyARN == "" {
		return
	}
	has.ApplyT(func(key string) error {
		if key == s.Config.KMSKeyARN {
			return nil
		}
		return s.ctx.Log.Warn(fmt.Sprintf("%s keeps the key that it was made with, %s, and not kmsKeyArn: "+
			"another key would replace it and lose what is in it", what, key), nil)
	})
}
