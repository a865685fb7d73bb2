// AccessProfiles
