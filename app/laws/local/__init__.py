"""The district's own normative documents (红头文件), kept as laws of rank 规范性文件.

Basis: 国办发〔2018〕37号 (one 文号, unified registration, publication, validity); 优化营商环境条例
第六十四条 (what is not published is no basis of an administrative act); 行政许可法第十七条 (such a
document sets no licence).
"""
