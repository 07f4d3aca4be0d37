package stack

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// Secrets returns the arguments of the SSM parameters, except those that the database fills.
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

// secretPaths returns the parameters that the database does not fill, by environment variable.
func (s *Stack) secretPaths() map[string]string {
	paths := maps.Clone(s.Config.Secrets)
	if s.HasDatabase() {
		for _, variable := range s.Config.Database.Variables() {
			delete(paths, variable)
		}
	}
	return paths
}

// HasDatabase reports whether the stack creates its own database.
func (s *Stack) HasDatabase() bool { return s.Config.Database.Mode == config.DatabaseCreate }

// Database returns the arguments of the database that the stack creates.
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

// warnOfConnections warns if the connection limit of the database's instance class is not known, because then nothing
// checks whether the tasks stay below it.
func (s *Stack) warnOfConnections() error {
	if _, known := awsmodel.MaxDBConnections(s.Config.Database.InstanceClass); !s.HasDatabase() || known {
		return nil
	}
	return s.ctx.Log.Warn("the connection limit of instance class "+s.Config.Database.InstanceClass+" is not known: "+
		"check that its max_connections is more than 2 repos x service.poolSize x tasks x 200 %", nil)
}

// HasUploads reports whether the tasks share a file system.
func (s *Stack) HasUploads() bool { return s.Config.Uploads.Mode == config.UploadsEFS }

// Uploads returns the arguments of the shared file system.
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

// warnOfUploads warns if the tasks share files, but the app does not serve the files that other tasks received.
func (s *Stack) warnOfUploads() error {
	if !s.HasUploads() || s.Config.Uploads.AppPatched {
		return nil
	}
	return s.ctx.Log.Warn("uploads.mode efs keeps the files, but the unchanged app requests each file from the task that "+
		"received it. That task's address is lost when the task stops (LIVE_BEATS_SERVER_IP in rel/env.sh.eex). Change the "+
		"app so that all tasks use the same value, and set uploads.appPatched to true", nil)
}

// warnOfKeys warns about data that is encrypted with another key than the one in the config.
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
		return s.ctx.Log.Warn(fmt.Sprintf("%s keeps the key that it was created with, %s, and does not use kmsKeyArn: "+
			"a change of the key would replace it and delete its data", what, key), nil)
	})
}
