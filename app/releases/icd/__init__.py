"""The files of ICD-10-CM and ICD-10-PCS, and the maps from ICD-9-CM and its titles."""
